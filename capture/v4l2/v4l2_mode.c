#include "capture/v4l2/v4l2_mode.h"

#include <stdlib.h>

#include "proto/wire/image.h"

#define LARGE_PIXELS (1280 * 720)
#define RATE_SLACK 0.97 /* 29.97 counts as 30, and so does 33.9 ms, as some drivers round it */

/* 0 is best. */
static int rank(const ef_mode_t *mode, int large)
{
	static const uint32_t for_large[] = {EF_MJPG, EF_YUYV, EF_NV12, EF_I420, EF_GREY};
	static const uint32_t for_small[] = {EF_YUYV, EF_NV12, EF_I420, EF_MJPG, EF_GREY};
	const uint32_t *order = large ? for_large : for_small;
	int place = 0;

	while (place < 5 && order[place] != mode->fourcc) {
		place++;
	}
	return place;
}

static int nearest(int wanted, int low, int high, int step)
{
	int value = wanted < low ? low : wanted > high ? high : wanted;

	if (step > 1) {
		value -= (value - low) % step;
	}
	return value;
}

typedef struct {
	ef_mode_choice_t is;
	int suits; /* has size and rate */
	int distance; /* from the size, pixels of both sides */
	int rank;
} candidate_t;

static candidate_t examine(const ef_mode_t *mode, ef_size_t size, double fps)
{
	candidate_t made = {
		.is = {.fourcc = mode->fourcc,
			.w = nearest(size.w, mode->min_w, mode->max_w, mode->step_w),
			.h = nearest(size.h, mode->min_h, mode->max_h, mode->step_h),
			.fps = mode->fps},
		.rank = rank(mode, size.w * size.h >= LARGE_PIXELS),
	};

	made.distance = abs(made.is.w - size.w) + abs(made.is.h - size.h);
	made.suits = made.distance == 0 && (mode->fps == 0 || mode->fps >= RATE_SLACK * fps);
	return made;
}

static int is_better(const candidate_t *a, const candidate_t *b)
{
	if (a->suits != b->suits) {
		return a->suits;
	}
	if (a->suits) {
		return a->rank < b->rank;
	}
	if (a->distance != b->distance) {
		return a->distance < b->distance;
	}
	return a->is.fps != b->is.fps ? a->is.fps > b->is.fps : a->rank < b->rank;
}

int ef_mode_choose(const ef_mode_t *modes, int count, uint32_t fourcc, ef_size_t size,
	ef_rate_t rate, ef_mode_choice_t *choice)
{
	double fps = rate.num > 0 ? (double)rate.num / rate.den : 30;
	candidate_t best;
	int found = 0;

	if (size.w == 0) {
		size = (ef_size_t){640, 480};
	}
	for (int i = 0; i < count; i++) {
		candidate_t made = examine(&modes[i], size, fps);

		if (fourcc != 0 && modes[i].fourcc != fourcc) {
			continue;
		}
		if (!found || is_better(&made, &best)) {
			best = made;
			found = 1;
		}
	}
	if (found) {
		*choice = best.is;
	}
	return found ? 0 : -1;
}
