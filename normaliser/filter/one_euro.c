#include "normaliser/filter/one_euro.h"

#include <math.h>

#define DT_MAX 1.0 /* seconds: after a longer pause the past hardly counts anyway */

/* The share of a new sample in a first-order low pass. */
static double share(double cutoff, double dt)
{
	return 1 / (1 + 1 / (2 * M_PI * cutoff * dt));
}

double ef_one_euro_step(
	ef_one_euro_t *filter, const ef_one_euro_settings_t *settings, double value, double dt)
{
	double speed, cutoff, fast;

	if (!isfinite(value)) {
		return filter->value;
	}
	if (!filter->filled) {
		*filter = (ef_one_euro_t){1, value, 0};
		return value;
	}
	if (!(dt > 0)) {
		return filter->value;
	}
	dt = fmin(dt, DT_MAX);
	speed = (value - filter->value) / dt;
	filter->speed += share(settings->speed_cutoff, dt) * (speed - filter->speed);
	fast = fabs(filter->speed);
	cutoff = settings->cutoff + settings->beta * fast * sqrt(fast);
	filter->value += share(cutoff, dt) * (value - filter->value);
	return filter->value;
}
