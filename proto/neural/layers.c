#include "proto/neural/layers.h"

#include <string.h>

typedef float block_t __attribute__((vector_size(sizeof(float) * EF_LAYER_BLOCK)));

static block_t positive(block_t x)
{
	for (int i = 0; i < EF_LAYER_BLOCK; i++) {
		x[i] = x[i] > 0 ? x[i] : 0;
	}
	return x;
}

void ef_layer_dense(const float *weights, const float *bias, int in, int out, int rectified,
	const float *x, float *restrict y)
{
	memcpy(y, bias, (size_t)out * sizeof(*y));
	for (int i = 0; i < in; i++) {
		const float *row = weights + (long)i * out, value = x[i];

		for (int k = 0; value != 0 && k < out; k++) {
			y[k] += value * row[k];
		}
	}
	for (int k = 0; rectified && k < out; k++) {
		y[k] = y[k] > 0 ? y[k] : 0;
	}
}

/* All channels of one pixel of the output. blocks is a constant where this is inlined, so that the
 * sums stay in registers. */
static inline __attribute__((always_inline)) void convolve_pixel(const float *weights,
	const float *bias, int side, int in, int blocks, const float *x, int row, int column,
	float *y)
{
	block_t sums[EF_LAYER_BLOCKS_MAX], w;

	memcpy(sums, bias, (size_t)blocks * sizeof(w));
	for (int tap = 0; tap < 9; tap++) {
		int v = 2 * row + tap / 3 - 1, u = 2 * column + tap % 3 - 1;
		const float *pixel = x + ((long)v * side + u) * in;
		const float *own = weights + (long)tap * in * blocks * EF_LAYER_BLOCK;

		for (int i = 0; v >= 0 && u >= 0 && i < in; i++) {
			for (int k = 0; k < blocks; k++) {
				memcpy(&w, own + (i * blocks + k) * EF_LAYER_BLOCK, sizeof(w));
				sums[k] += pixel[i] * w;
			}
		}
	}
	for (int k = 0; k < blocks; k++) {
		sums[k] = positive(sums[k]);
	}
	memcpy(y, sums, (size_t)blocks * sizeof(w));
}

static inline __attribute__((always_inline)) void convolve(const float *weights, const float *bias,
	int side, int in, int blocks, const float *x, float *y)
{
	for (int row = 0; row < side / 2; row++) {
		for (int column = 0; column < side / 2; column++) {
			convolve_pixel(weights, bias, side, in, blocks, x, row, column, y);
			y += blocks * EF_LAYER_BLOCK;
		}
	}
}

void ef_layer_convolve(const float *weights, const float *bias, int side, int in, int out,
	const float *x, float *y)
{
	/* The widths in use: known when compiled, they are three times faster. */
	switch (out) {
	case 16:
		convolve(weights, bias, side, in, 16 / EF_LAYER_BLOCK, x, y);
		break;
	case 24:
		convolve(weights, bias, side, in, 24 / EF_LAYER_BLOCK, x, y);
		break;
	case 48:
		convolve(weights, bias, side, in, 48 / EF_LAYER_BLOCK, x, y);
		break;
	default:
		convolve(weights, bias, side, in, out / EF_LAYER_BLOCK, x, y);
	}
}
