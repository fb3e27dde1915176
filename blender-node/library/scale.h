/* How large to render, so that the stage keeps its time: a step down as soon as the slow frames
 * are over the budget, a step up only after a long time well under it. A step up that had to be
 * taken back makes the next one wait twice as long, so that the picture does not flicker between
 * two sizes. Where a smaller picture takes as long, the time goes elsewhere (a million vertices), and
 * full size it is. */
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
	int count; /* of them; negative: so many are not looked at, after a change of size */
	int good; /* windows in a row well under the budget */
	int patience; /* as many are needed for a step up */
	int on_trial; /* windows since a step up, 0 when it has proved itself */
	double larger_ms; /* p95 at the size before a step down, 0 when that has proved useful */
	int in_vain; /* windows for which no step down is tried again */
} ef_scale_t;

/* Starts at full size. */
void ef_scale_init(ef_scale_t *scale);

/* Counts a frame's time in the stage. Returns 1 when the step has changed. */
int ef_scale_frame(ef_scale_t *scale, int64_t ns);

/* Pixels to render at a step, even numbers, for a picture of `full`. */
ef_size_t ef_scale_size(ef_size_t full, int step);

/* "1", "3/4", "1/2", "3/8". */
const char *ef_scale_name(int step);

#endif
