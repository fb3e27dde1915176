/* ARKit's coefficients from a face that looks straight ahead, against the person's neutral face. */
#ifndef EF_COEFFICIENTS_H
#define EF_COEFFICIENTS_H

#include "normaliser/person/eyelids.h"
#include "normaliser/geometry/landmarks.h"

/* The coefficients that can be measured from 68 landmarks: bit 1 << ef_coeff_t for each. */
extern const uint64_t ef_coefficients_known;

/* What is learned about the person besides the neutral face. */
typedef struct {
	ef_eyelids_t lids;
	double lips; /* the gap between closed ones, in widths of the head */
} ef_features_t;

/* How well the face can be measured. */
typedef struct {
	double head_pixels; /* width of the head */
	double turned; /* the larger of yaw and pitch off rest, radians, >= 0 */
} ef_view_t;

void ef_features_init(ef_features_t *learned);

/* Sets values[c] for each known coefficient: 0 for the neutral face, 1 for a full expression,
 * signed and unlimited, so that noise around 0 averages out in the filter. dt: seconds since the
 * last call, for what is learned. */
void ef_coefficients_measure(const ef_landmarks_t *face, const ef_landmarks_t *neutral,
	ef_features_t *learned, const ef_view_t *view, double dt, double values[EF_COEFF_COUNT]);

/* Turns a filtered value into the one to send: 0..1, with a dead zone that grows when the head is
 * smaller than 110 pixels or turned. */
double ef_coefficients_shape(ef_coeff_t coefficient, double value, const ef_view_t *view);

#endif
