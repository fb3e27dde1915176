/* What the parts of a face do, as seen, and which coefficients show the same. */
#ifndef EF_APPEARANCE_H
#define EF_APPEARANCE_H

#include "proto/wire/message.h"

/* Numbers only, all double: they are filtered as an array. Signed where two coefficients are
 * opposites: 0 at rest, 1 at a full expression. [0] is the subject's left. */
typedef struct {
	double closed[2]; /* the lids: 1 shut, below 0 wider than at rest */
	double gaze_out[2], gaze_up[2]; /* below 0 inwards and down */
	double brow_inner[2], brow_outer[2]; /* heights: below 0 lower than at rest */
	double gap; /* between the inner lips: 1 as of a mouth wide open */
	double width; /* of the mouth: 1 as in a smile, -1 as in a pucker */
	double corner[2]; /* of the mouth: 1 smiles, -1 frowns */
	double coefficients[EF_COEFF_COUNT]; /* what is likely, one by one: 0..1 */
} ef_appearance_t;

#define EF_APPEARANCE_NUMBERS (sizeof(ef_appearance_t) / sizeof(double))

/* The coefficients that ef_appearance_show () sets: bit 1 << ef_coeff_t for each. */
extern const uint64_t ef_appearance_known;

/* How wide these coefficients make the mouth: 1 as in a smile, -1 as in a pucker. */
double ef_appearance_width(const double coefficients[EF_COEFF_COUNT]);

/* Shows that share, 0..1, of what the mouth does, and rest for the rest. */
void ef_appearance_ease_mouth(ef_appearance_t *seen, double shown);

/* Sets the coefficients. Where single ones are uncertain, such as a stretch against a smile, the
 * likely ones are corrected until together they show what is seen: the gap between the lips, the
 * width of the mouth, the height of its corners and of the brows, the lids. */
void ef_appearance_show(const ef_appearance_t *seen, ef_expression_t *expression);

#endif
