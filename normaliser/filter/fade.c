#include "normaliser/filter/fade.h"

#include <math.h>
#include <string.h>

static ef_expression_t rest(uint64_t known)
{
	return (ef_expression_t){.state = EF_LOST, .known = known, .is_sure = 1, .q = {0, 0, 0, 1}};
}

void ef_fade_init(ef_fade_t *fade, uint64_t known)
{
	memset(fade, 0, sizeof(*fade));
	fade->shown = fade->last = fade->from = rest(known);
	fade->returning = EF_FADE_RETURN;
}

/* Smooth step: its speed is 0 at both ends. */
static double ease(double share)
{
	share = fmin(fmax(share, 0), 1);
	return share * share * (3 - 2 * share);
}

/* Two rotations of a head are far less than 180 degrees apart, so a linear blend of the
 * quaternions, normalised, is good enough. */
static void blend(const ef_expression_t *from, const ef_expression_t *to, double share,
	ef_expression_t *result)
{
	float s = (float)share;
	float length = 0, q[4];

	*result = *to;
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		result->coeff[c] = from->coeff[c] + s * (to->coeff[c] - from->coeff[c]);
		result->sure[c] = from->sure[c] + s * (to->sure[c] - from->sure[c]);
	}
	for (int i = 0; i < 3; i++) {
		result->t[i] = from->t[i] + s * (to->t[i] - from->t[i]);
	}
	for (int i = 0; i < 4; i++) {
		q[i] = from->q[i] + s * (to->q[i] - from->q[i]);
		length += q[i] * q[i];
	}
	length = sqrtf(length);
	for (int i = 0; i < 4; i++) {
		result->q[i] = length > 1e-6F ? q[i] / length : to->q[i];
	}
}

/* Sets the share of idle motion, which follows whether the face is lost. */
static void show(ef_fade_t *fade, double dt, ef_expression_t *shown)
{
	fade->idle += fade->shown.state == EF_LOST ? dt / EF_FADE_IDLE : -dt / EF_FADE_WAKE;
	fade->idle = fmin(fmax(fade->idle, 0), 1);
	*shown = fade->shown;
	shown->idle = (float)fade->idle;
}

void ef_fade_turn(ef_fade_t *fade)
{
	fade->from = fade->shown;
	fade->returning = 0;
}

void ef_fade_tracked(ef_fade_t *fade, const ef_expression_t *now, double dt, ef_expression_t *shown)
{
	if (!fade->seen || fade->missing > 0) {
		ef_fade_turn(fade);
	}
	fade->seen = 1;
	fade->missing = 0;
	fade->returning = fmin(fade->returning + dt, EF_FADE_RETURN);
	blend(&fade->from, now, ease(fade->returning / EF_FADE_RETURN), &fade->shown);
	fade->shown.state = EF_TRACKED;
	fade->last = fade->shown;
	show(fade, dt, shown);
}

void ef_fade_missing(ef_fade_t *fade, double dt, ef_expression_t *shown)
{
	ef_expression_t end = rest(fade->shown.known);

	if (fade->seen) {
		/* Above 0 even when time does not advance: the face is missing now. */
		fade->missing += fmax(dt, 1e-6);
		if (fade->missing <= EF_FADE_HOLD) {
			fade->shown = fade->last;
			fade->shown.state = EF_HELD;
		} else {
			blend(&fade->last, &end,
				ease((fade->missing - EF_FADE_HOLD) / EF_FADE_REST), &fade->shown);
			fade->shown.state = EF_LOST;
		}
	}
	show(fade, dt, shown);
}
