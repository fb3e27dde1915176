/* How certain each coefficient is: the share of its variance that is told of a head so turned
 * (1 - expected squared error / variance of the truth), times how certain the tracker was of the pixels
 * that it comes from. The share is fitted to modelled people (training/solver/certainty.py). */
#ifndef EF_CERTAINTY_H
#define EF_CERTAINTY_H

#include "proto/neural/weights.h"
#include "proto/wire/message.h"

/* Where the pixels of a coefficient are: an eye and its brow, both, or the mouth. */
typedef enum { EF_PART_LEFT_EYE, EF_PART_RIGHT_EYE, EF_PART_EYES, EF_PART_MOUTH } ef_part_t;

typedef struct {
	ef_weights_layer_t error; /* borrowed */
	ef_part_t parts[EF_COEFF_COUNT];
} ef_certainty_t;

/* Takes the layer "certainty.dense1": from yaw squared and pitch squared to the expected squared error
 * of each coefficient, as a share of its variance. Returns 0, or -1 when weights do not have it. The
 * weights must outlive *certainty. */
int ef_certainty_take(ef_certainty_t *certainty, const ef_weights_t *weights);

/* yaw, pitch: of the head against rest, radians. read: NULL when there is no reading: then pixels lower
 * no certainty. Sets sure to 0..1 for any numbers; what is never told has 0. */
void ef_certainty_tell(const ef_certainty_t *certainty, double yaw, double pitch,
	const ef_reading_t *read, float sure[EF_COEFF_COUNT]);

#endif
