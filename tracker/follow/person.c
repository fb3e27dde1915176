#include "tracker/follow/person.h"

#include <math.h>

/* A look that correlates less with all others is worth remembering. */
#define NEW_LOOK 0.9f

void ef_person_forget(ef_person_t *person)
{
	person->count = 0;
	person->next = 0;
}

void ef_person_learn(ef_person_t *person, const ef_likeness_t *look)
{
	if (ef_person_compare(person, look) >= NEW_LOOK) {
		return;
	}
	if (person->count < EF_PERSON_LOOKS) {
		person->looks[person->count++] = *look;
		return;
	}
	person->looks[person->next] = *look;
	person->next = (person->next + 1) % EF_PERSON_LOOKS;
}

float ef_person_compare(const ef_person_t *person, const ef_likeness_t *look)
{
	float most = -1;

	for (int i = 0; i < person->count; i++) {
		most = fmaxf(most, ef_likeness_correlation(&person->looks[i], look));
	}
	return most;
}
