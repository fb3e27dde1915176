/* The person who is followed, as the tracker remembers her: how her face has looked.
 *
 * She is told from others by the correlation of small pictures of the face, the largest one with
 * any of the looks that are remembered. Measured on clips of 14 people: on average 0.9 to 0.99 with
 * the same person and 0.2 with another, 0.75 being the best limit (4 % of both are wrong). Gradient
 * histograms, locally normalised pictures and the eyes alone did no better. */
#ifndef EF_PERSON_H
#define EF_PERSON_H

#include "tracker/follow/likeness.h"

#define EF_PERSON_LOOKS 8

/* Correlations from which it is the same person; below which a face followed till now may be hidden by
 * another's; and below which it is surely another person. */
#define EF_PERSON_SAME 0.75f
#define EF_PERSON_DOUBT 0.6f
#define EF_PERSON_OTHER 0.45f

typedef struct {
	ef_likeness_t looks[EF_PERSON_LOOKS];
	int count; /* of looks; 0: nobody is known */
	int next; /* the look that is replaced next, when there are as many as fit */
} ef_person_t;

void ef_person_forget(ef_person_t *person);

/* Remembers how the face looks now, unless it has looked almost so before. */
void ef_person_learn(ef_person_t *person, const ef_likeness_t *look);

/* The largest correlation with a look that is remembered, -1..1; -1 when nobody is known. Takes
 * about a microsecond. */
float ef_person_compare(const ef_person_t *person, const ef_likeness_t *look);

#endif
