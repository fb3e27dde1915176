/* Finds the landmarks of a face from a rough place. */
#ifndef EF_SETTLE_H
#define EF_SETTLE_H

#include "tracker/cascade.h"

/* Searches the landmarks near *place, again from each better place until it no longer moves, and at
 * most so many times (1 or more). Writes them to pts, and the place from which the search would have
 * started best to *place. Returns the root mean square distance of the landmarks from the mean shape,
 * in sizes of the face; not finite with an unusual model. */
float ef_settle(ef_cascade_t *cascade, const ef_luma_t *luma, ef_place_t *place,
	float pts[2 * EF_LANDMARKS], int times);

#endif
