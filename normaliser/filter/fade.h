/* The expression to show while the face is tracked, held and lost. */
#ifndef EF_FADE_H
#define EF_FADE_H

#include "proto/wire/message.h"

#define EF_FADE_HOLD 0.5 /* seconds for which the last values are repeated */
#define EF_FADE_REST 0.5 /* seconds to ease to rest after that */
#define EF_FADE_RETURN 0.15 /* seconds to ease back into a face that returns */
#define EF_FADE_IDLE 1.5 /* seconds of a lost face until the character moves wholly by itself */
#define EF_FADE_WAKE 0.4 /* seconds until it no longer does */

typedef struct {
	int seen; /* a face has been tracked since the start */
	double missing; /* seconds since the face was last tracked; 0 while it is */
	double returning; /* seconds since it came back, up to EF_FADE_RETURN */
	ef_expression_t last; /* the last one while it was there */
	ef_expression_t from; /* what was shown when it came back */
	ef_expression_t shown;
	double idle; /* 0..1 */
} ef_fade_t;

/* Starts at rest: every coefficient of known at 0, nothing certain, the head straight. */
void ef_fade_init(ef_fade_t *fade, uint64_t known);

/* The face is tracked. Sets all of *shown, including its state. */
void ef_fade_tracked(
	ef_fade_t *fade, const ef_expression_t *now, double dt, ef_expression_t *shown);

/* What is tracked is seen in another way from now on: eases into it. */
void ef_fade_turn(ef_fade_t *fade);

/* There is no face: *shown is held, then lost. */
void ef_fade_missing(ef_fade_t *fade, double dt, ef_expression_t *shown);

#endif
