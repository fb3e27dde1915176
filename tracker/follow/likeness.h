/* Measures how alike two pictures of a face are. After a cut, or with a hand before it, a face does
 * not look as it did one frame ago. */
#ifndef EF_LIKENESS_H
#define EF_LIKENESS_H

#include "tracker/cascade.h"
#include "proto/picture/luma.h"

#define EF_LIKENESS_SIDE 16

typedef struct {
	float values[EF_LIKENESS_SIDE * EF_LIKENESS_SIDE]; /* zero mean, unit length */
} ef_likeness_t;

/* Samples a small image of the face at place. Takes about 3 microseconds. */
void ef_likeness_take(ef_likeness_t *likeness, const ef_luma_t *luma, const ef_place_t *place);

/* The correlation of two samples, -1..1; independent of brightness and contrast. */
float ef_likeness_correlation(const ef_likeness_t *a, const ef_likeness_t *b);

#endif
