/* ARKit's coefficients from a face that looks straight ahead, against the person's neutral face. */
#ifndef COEFFICIENTS_H
#define COEFFICIENTS_H

#include "normaliser/eyelids.h"
#include "normaliser/landmarks.h"

/* The coefficients that can be measured from 68 landmarks: bit 1 << ef_coeff_t for each. */
extern const uint64_t coefficients_known;

/* What is learned about the person besides the neutral face. */
typedef struct {
	eyelids_t lids;
	double lips; /* the gap between closed ones, in widths of the head */
} features_t;

/* How well the face can be measured. */
typedef struct {
	double head_pixels; /* width of the head */
	double turned; /* the larger of yaw and pitch off rest, radians, >= 0 */
} view_t;

void features_init(features_t *learned);

/* Sets values[c] for each known coefficient: 0 for the neutral face, 1 for a full expression,
 * signed and unlimited, so that noise around 0 averages out in the filter. dt: seconds since the
 * last call, for what is learned. */
void coefficients_measure(const shape_t *face, const shape_t *neutral, features_t *learned,
	const view_t *view, double dt, double values[EF_COEFF_COUNT]);

/* Turns a filtered value into the one to send: 0..1, with a dead zone that grows when the head is
 * smaller than 110 pixels or turned. */
double coefficients_shape(ef_coeff_t coefficient, double value, const view_t *view);

#endif
