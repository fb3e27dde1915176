#include "normaliser/person/lid_range.h"

#include <math.h>

#define FIRST 0.68 /* of most people, before they have blinked */
#define FORGET 120.0 /* seconds */

void ef_lid_range_init(ef_lid_range_t *range)
{
	ef_lid_range_know(range, FIRST);
}

void ef_lid_range_know(ef_lid_range_t *range, double reach)
{
	range->reach = range->usual = reach;
}

void ef_lid_range_step(ef_lid_range_t *range, double closed[2], double dt)
{
	double most = fmin(fmax(closed[0], closed[1]), 1);

	range->reach += (1 - exp(-dt / FORGET)) * (range->usual - range->reach);
	range->reach = fmax(range->reach, most);
	for (int i = 0; i < 2; i++) {
		closed[i] = closed[i] > 0 ? closed[i] / range->reach : closed[i];
	}
}
