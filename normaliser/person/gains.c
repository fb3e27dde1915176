#include "normaliser/person/gains.h"

#include <math.h>

void ef_gains_init(ef_gains_t *gains)
{
	*gains = (ef_gains_t){1, 1, 1, 1};
}

double ef_gain_for(double largest)
{
	return fmin(fmax(1 / fmax(largest, 0.1), EF_GAIN_MIN), EF_GAIN_MAX);
}

static void scale(double *value, double up, double down)
{
	*value *= *value > 0 ? up : down;
}

void ef_gains_apply(const ef_gains_t *gains, ef_appearance_t *seen)
{
	/* The width with the corners: a smile that is not wide is corrected to a pucker. */
	scale(&seen->width, gains->smile, 1);
	scale(&seen->gap, gains->open, 1);
	for (int side = 0; side < 2; side++) {
		scale(&seen->corner[side], gains->smile, 1);
		scale(&seen->brow_inner[side], gains->brows_up, gains->brows_down);
		scale(&seen->brow_outer[side], gains->brows_up, gains->brows_down);
	}
}
