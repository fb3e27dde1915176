#include "tracker/denoise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From this noise on a frame is smoothed. The frames of compressed clips have 0.1 to 1.3. */
#define NOISY 8.0

/* About so many pixels of a row, and as far apart of a column, are looked at for noise. */
#define LOOKED_AT 160

/* The smoothing takes pixels at most so far away. */
#define REACH 2

double ef_noise_of(const ef_luma_t *luma)
{
	int64_t sum = 0, count = 0;
	int step = luma->w / LOOKED_AT + 1;

	for (int y = 1; y < luma->h - 1; y += step) {
		const uint8_t *row = luma->data + (size_t)y * (size_t)luma->stride;
		const uint8_t *up = row - luma->stride, *down = row + luma->stride;

		for (int x = 1; x < luma->w - 1; x += step) {
			sum += abs(up[x - 1] + up[x + 1] + down[x - 1] + down[x + 1] -
				   2 * (up[x] + down[x] + row[x - 1] + row[x + 1]) + 4 * row[x]);
			count++;
		}
	}
	return count == 0 ? 0 : sqrt(M_PI / 2) / 6 * (double)sum / (double)count;
}

/* Binomial weights over five pixels, step apart. */
static void smooth(const uint8_t *in, size_t step, uint8_t *out, int count)
{
	for (int i = 0; i < count; i++) {
		const uint8_t *at = in + i;

		out[i] = (uint8_t)((at[0] + at[4 * step] + 4 * (at[step] + at[3 * step]) +
					   6 * at[2 * step] + 8) >>
				   4);
	}
}

int ef_denoise(ef_buffer_t *buffer, ef_luma_t *luma)
{
	size_t w = (size_t)luma->w, h = (size_t)luma->h;
	uint8_t *across, *out;

	if (luma->w <= 2 * REACH || luma->h <= 2 * REACH || ef_noise_of(luma) < NOISY) {
		return 0;
	}
	across = ef_buffer_reserve(buffer, 2 * w * h);
	if (across == NULL) {
		return -1;
	}
	out = across + w * h;
	for (size_t y = 0; y < h; y++) {
		const uint8_t *row = luma->data + y * (size_t)luma->stride;

		memcpy(across + y * w, row, w);
		smooth(row, 1, across + y * w + REACH, luma->w - 2 * REACH);
	}
	memcpy(out, across, w * h);
	for (size_t y = REACH; y < h - REACH; y++) {
		smooth(across + (y - REACH) * w, w, out + y * w, luma->w);
	}
	*luma = (ef_luma_t){.data = out, .stride = luma->w, .w = luma->w, .h = luma->h};
	return 0;
}
