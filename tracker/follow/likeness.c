#include "tracker/follow/likeness.h"

#include <math.h>
#include <stddef.h>

#define COUNT (EF_LIKENESS_SIDE * EF_LIKENESS_SIDE)

static float pixel(const ef_luma_t *luma, float x, float y)
{
	int column = (int)x, row = (int)y;

	column = column < 0 ? 0 : column >= luma->w ? luma->w - 1 : column;
	row = row < 0 ? 0 : row >= luma->h ? luma->h - 1 : row;
	return luma->data[(ptrdiff_t)row * luma->stride + column];
}

static void normalise(float *values)
{
	double sum = 0, squares = 0;
	float mean, scale;

	for (int i = 0; i < COUNT; i++) {
		sum += values[i];
	}
	mean = (float)(sum / COUNT);
	for (int i = 0; i < COUNT; i++) {
		values[i] -= mean;
		squares += values[i] * values[i];
	}
	scale = squares > 0 ? (float)(1 / sqrt(squares)) : 0;
	for (int i = 0; i < COUNT; i++) {
		values[i] *= scale;
	}
}

void ef_likeness_take(ef_likeness_t *likeness, const ef_luma_t *luma, const ef_place_t *place)
{
	float c = cosf(place->roll) * place->size, s = sinf(place->roll) * place->size;

	for (int row = 0; row < EF_LIKENESS_SIDE; row++) {
		for (int column = 0; column < EF_LIKENESS_SIDE; column++) {
			float u = ((float)column + 0.5f) / EF_LIKENESS_SIDE - 0.5f;
			float v = ((float)row + 0.5f) / EF_LIKENESS_SIDE - 0.5f;

			likeness->values[row * EF_LIKENESS_SIDE + column] =
				pixel(luma, place->x + c * u - s * v, place->y + s * u + c * v);
		}
	}
	normalise(likeness->values);
}

float ef_likeness_correlation(const ef_likeness_t *a, const ef_likeness_t *b)
{
	float sum = 0;

	for (int i = 0; i < COUNT; i++) {
		sum += a->values[i] * b->values[i];
	}
	return sum;
}
