/* What is shown while the face is there, just gone, and gone. */
#ifndef FADE_H
#define FADE_H

#include "proto/wire/message.h"

#define FADE_HOLD 0.5 /* seconds on the last values */
#define FADE_REST 0.5 /* seconds to ease to rest after that */
#define FADE_RETURN 0.15 /* seconds to ease back into a face that returns */

typedef struct {
	int seen; /* there was a face */
	double missing; /* seconds since it was last seen; 0 while it is */
	double returning; /* seconds since it came back, up to FADE_RETURN */
	ef_expression_t last; /* the last one while it was there */
	ef_expression_t from; /* what was shown when it came back */
	ef_expression_t shown;
} fade_t;

/* At rest: every coefficient of known at 0, the head straight. */
void fade_init(fade_t *fade, uint64_t known);

/* The face is there. Sets *shown, state and all. */
void fade_tracked(fade_t *fade, const ef_expression_t *now, double dt, ef_expression_t *shown);

/* The face is not there: held, then lost. */
void fade_missing(fade_t *fade, double dt, ef_expression_t *shown);

#endif
