#include "tracker/read/patch_reader.h"

#include <math.h>
#include <string.h>

#include "proto/neural/layers.h"

#define PIXELS (EF_PATCH_SIDE * EF_PATCH_SIDE)
#define CHANNELS_1 16
#define CHANNELS_2 24
#define CHANNELS_3 48
#define SIDE_3 (EF_PATCH_SIDE / 8)
#define FEATURES (SIDE_3 * SIDE_3 * CHANNELS_3)
#define HIDDEN 64

#define CONTRAST_MIN 4 /* standard deviation of the pixels: less is noise */

int ef_patch_reader_init(ef_patch_reader_t *reader, const ef_weights_t *weights, const char *name,
	int points, int outputs)
{
	const struct {
		const char *layer;
		int in, out;
	} layers[5] = {
		{"conv1", 9, CHANNELS_1},
		{"conv2", 9 * CHANNELS_1, CHANNELS_2},
		{"conv3", 9 * CHANNELS_2, CHANNELS_3},
		{"dense1", FEATURES + 2 * points, HIDDEN},
		{"dense2", HIDDEN, outputs},
	};

	*reader = (ef_patch_reader_t){.points = points, .outputs = outputs};
	for (int i = 0; i < 5; i++) {
		if (ef_weights_layer(weights, name, layers[i].layer, layers[i].in, layers[i].out,
			    &reader->layers[i]) == -1) {
			return -1;
		}
	}
	return 0;
}

/* To mean 0 and deviation 1, so that light and contrast of the film do not matter. */
static void normalise(const uint8_t *patch, float x[PIXELS])
{
	double sum = 0, squares = 0, mean, deviation;

	for (int i = 0; i < PIXELS; i++) {
		sum += patch[i];
		squares += (double)patch[i] * patch[i];
	}
	mean = sum / PIXELS;
	deviation = fmax(sqrt(fmax(squares / PIXELS - mean * mean, 0)), CONTRAST_MIN);
	for (int i = 0; i < PIXELS; i++) {
		x[i] = (float)((patch[i] - mean) / deviation);
	}
}

void ef_patch_reader_look(
	const ef_patch_reader_t *reader, const uint8_t *patch, const float *points, float *outputs)
{
	float x[PIXELS], first[PIXELS / 4 * CHANNELS_1], second[PIXELS / 16 * CHANNELS_2];
	float features[FEATURES + 2 * EF_PATCH_READER_POINTS_MAX], hidden[HIDDEN];
	const ef_weights_layer_t *layers = reader->layers;
	int side = EF_PATCH_SIDE;

	normalise(patch, x);
	ef_layer_convolve(layers[0].weights, layers[0].bias, side, 1, CHANNELS_1, x, first);
	ef_layer_convolve(
		layers[1].weights, layers[1].bias, side / 2, CHANNELS_1, CHANNELS_2, first, second);
	ef_layer_convolve(layers[2].weights, layers[2].bias, side / 4, CHANNELS_2, CHANNELS_3,
		second, features);
	memcpy(features + FEATURES, points, 2 * (size_t)reader->points * sizeof(*points));
	ef_layer_dense(layers[3].weights, layers[3].bias, FEATURES + 2 * reader->points, HIDDEN, 1,
		features, hidden);
	ef_layer_dense(
		layers[4].weights, layers[4].bias, HIDDEN, reader->outputs, 0, hidden, outputs);
}
