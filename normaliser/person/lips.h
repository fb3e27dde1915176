/* How far the inner lips stand apart. */
#ifndef EF_LIPS_H
#define EF_LIPS_H

#include "normaliser/geometry/landmarks.h"

/* The gap between closed lips as the tracker sees it, in widths of the head. */
typedef struct {
	double closed;
} ef_lips_t;

void ef_lips_init(ef_lips_t *lips);

/* Returns the gap beyond that of closed lips, in widths of the head; below 0 for lips that are
 * closer. Talking through the first second must not count as a closed mouth: the narrowest gap is
 * followed at once, and let go slowly. dt: seconds since the last call. */
double ef_lips_step(ef_lips_t *lips, const ef_landmarks_t *face, const ef_landmarks_t *neutral,
	double dt);

#endif
