#include "blender-node/library/scale.h"

#include <stdlib.h>

#define NS_PER_MS 1e6
/* The next larger size takes up to 1.8 times as long: 16 instead of 9 pixels. */
#define GOOD_SHARE 0.5
#define SETTLE 4 /* frames after a change: new buffers */
#define PATIENCE 4 /* windows: 6 s at 30 frames a second */
#define PATIENCE_MAX 256 /* 7 minutes */
#define USELESS_SHARE 0.9 /* a p95 above this share of the larger size's is no gain */
#define IN_VAIN 40 /* windows: a minute or more */
#define TRIAL 8 /* windows after which a step up is kept */

static const struct {
	int num, den;
	const char *name;
} steps[EF_SCALE_STEPS] = {{1, 1, "1"}, {3, 4, "3/4"}, {1, 2, "1/2"}, {3, 8, "3/8"}};

void ef_scale_init(ef_scale_t *scale)
{
	*scale = (ef_scale_t){.count = -SETTLE, .patience = PATIENCE};
}

static int ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Milliseconds below which 95 % of the window's frames lie. */
static double p95_ms(ef_scale_t *scale)
{
	qsort(scale->frames, EF_SCALE_WINDOW, sizeof(scale->frames[0]), ascending);
	return (double)scale->frames[EF_SCALE_WINDOW * 95 / 100] / NS_PER_MS;
}

static int step_to(ef_scale_t *scale, int step)
{
	scale->step = step;
	scale->count = -SETTLE;
	scale->good = 0;
	return 1;
}

static int step_down(ef_scale_t *scale, double p95)
{
	if (scale->larger_ms > 0 && p95 > USELESS_SHARE * scale->larger_ms) {
		scale->in_vain = IN_VAIN;
		scale->larger_ms = 0;
		return step_to(scale, 0);
	}
	if (scale->in_vain > 0) {
		scale->in_vain--;
		return 0;
	}
	if (scale->on_trial > 0) {
		scale->patience *= scale->patience < PATIENCE_MAX ? 2 : 1;
		scale->on_trial = 0;
	}
	if (scale->step == EF_SCALE_STEPS - 1) {
		scale->good = 0;
		return 0;
	}
	scale->larger_ms = p95;
	return step_to(scale, scale->step + 1);
}

static int step_up(ef_scale_t *scale)
{
	scale->on_trial = 1;
	return step_to(scale, scale->step - 1);
}

static int decide(ef_scale_t *scale)
{
	double p95 = p95_ms(scale);

	if (p95 > EF_SCALE_BUDGET_MS) {
		return step_down(scale, p95);
	}
	scale->larger_ms = 0;
	if (scale->on_trial > 0 && ++scale->on_trial > TRIAL) {
		scale->on_trial = 0;
		scale->patience = PATIENCE;
	}
	scale->good = p95 < GOOD_SHARE * EF_SCALE_BUDGET_MS ? scale->good + 1 : 0;
	return scale->step > 0 && scale->good >= scale->patience ? step_up(scale) : 0;
}

int ef_scale_frame(ef_scale_t *scale, int64_t ns)
{
	if (scale->count >= 0) {
		scale->frames[scale->count] = ns;
	}
	if (++scale->count < EF_SCALE_WINDOW) {
		return 0;
	}
	scale->count = 0;
	return decide(scale);
}

ef_size_t ef_scale_size(ef_size_t full, int step)
{
	ef_size_t size = {full.w * steps[step].num / steps[step].den,
		full.h * steps[step].num / steps[step].den};

	if (step == 0) {
		return full;
	}
	return (ef_size_t){size.w < 2 ? 2 : size.w & ~1, size.h < 2 ? 2 : size.h & ~1};
}

const char *ef_scale_name(int step)
{
	return steps[step].name;
}
