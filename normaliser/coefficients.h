/* ARKit's coefficients from a face that looks straight ahead, against the person's neutral face. */
#ifndef COEFFICIENTS_H
#define COEFFICIENTS_H

#include "normaliser/eyelids.h"
#include "normaliser/landmarks.h"

/* Those that 68 landmarks tell of, as bits by ef_coeff_t. */
extern const uint64_t coefficients_known;

/* What is learned of the person beyond the neutral face. */
typedef struct {
	eyelids_t lids;
	double lips; /* the gap between closed ones, in widths of the head */
} features_t;

/* How well the face is seen. */
typedef struct {
	double head_pixels; /* its width */
	double turned; /* the larger of yaw and pitch off rest, radians, >= 0 */
} view_t;

void features_init(features_t *learned);

/* Sets values[c] for each known coefficient: 0 at the neutral face, 1 at a full expression, signed
 * and unbounded, so that noise round 0 averages out when filtered. dt is for what is learned. */
void coefficients_measure(const shape_t *face, const shape_t *neutral, features_t *learned,
	const view_t *view, double dt, double values[EF_COEFF_COUNT]);

/* What is sent of a filtered value: 0..1, with a dead zone that grows as the head gets smaller than
 * 110 pixels or turns. */
double coefficients_shape(ef_coeff_t coefficient, double value, const view_t *view);

#endif
