/* Chooses the size to render, so that the stage keeps up: a step down as soon as the slow frames exceed
 * the budget, a step up only after a long time well below it. When a step up has to be undone, the next
 * one waits twice as long, so that the size does not change all the time. Where a smaller size takes as
 * long, the time is spent elsewhere (a million vertices), and it goes back to full size. */
#ifndef EF_NODE_SCALE_H
#define EF_NODE_SCALE_H

#include <stdint.h>

#include "proto/stage/options.h"

#define EF_SCALE_STEPS 4 /* 1, 3/4, 1/2, 3/8 of width and height */
#define EF_SCALE_BUDGET_MS 25.0 /* for 95 % of the frames */
#define EF_SCALE_WINDOW 48 /* frames that one decision looks at */

typedef struct {
	int step; /* 0 is full size */
	int64_t frames[EF_SCALE_WINDOW]; /* ns */
	int count; /* of them; negative: frames still to ignore after a change of size */
	int good; /* windows in a row well under the budget */
	int patience; /* good windows needed for a step up */
	int on_trial; /* windows since a step up; 0 once it is kept */
	double larger_ms; /* p95 at the size before a step down; 0 once that has helped */
	int in_vain; /* windows without another attempt to step down */
} ef_scale_t;

/* Starts at full size. */
void ef_scale_init(ef_scale_t *scale);

/* Counts a frame's time in the stage. Returns 1 when the step has changed. */
int ef_scale_frame(ef_scale_t *scale, int64_t ns);

/* Pixels to render at a step, even numbers, for the full size `full`. */
ef_size_t ef_scale_size(ef_size_t full, int step);

/* "1", "3/4", "1/2", "3/8". */
const char *ef_scale_name(int step);

#endif
