/* effigy-bench-enlarge: measures how long the sink takes to enlarge a smaller render to 640x480
 * (bicubic). Prints JSON: p50 in ms by the render's size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/stage/histogram.h"
#include "sink/fit.h"

#define ROUNDS 300
#define WARM_UP 20
#define OUT_W 640
#define OUT_H 480

static double enlarge_p50_ms(int w, int h)
{
	size_t size = ef_image_size(EF_I420, w, h);
	uint8_t *pixels = ef_memory_new(size);
	ef_histogram_t *times = ef_memory_new(sizeof(*times));
	ef_fitter_t *fitter = ef_fitter_new(OUT_W, OUT_H);
	ef_image_t in = {EF_I420, w, h, pixels, size}, out;
	double result;

	memset(pixels, 100, size);
	for (int i = 0; i < ROUNDS; i++) {
		int64_t start = ef_now_ns();

		ef_fitter_convert(fitter, &in, &out);
		if (i >= WARM_UP) {
			ef_histogram_add(times, ef_now_ns() - start);
		}
	}
	result = ef_histogram_ms(times, 0.5);
	ef_fitter_destroy(&fitter);
	free(times);
	free(pixels);
	return result;
}

int main(void)
{
	printf("{\"direct_half\": %.3f, \"direct_quarter\": %.3f}\n",
		enlarge_p50_ms(OUT_W / 2, OUT_H / 2), enlarge_p50_ms(OUT_W / 4, OUT_H / 4));
	return 0;
}
