#include "normaliser/person/person.h"

/* The gap between the lips of a mouth wide open, in widths of the head. FaceKit's jawOpen opens 0.20,
 * which hardly anybody does. */
#define GAP_RANGE 0.15

void ef_person_init(ef_person_t *person, const ef_profile_t *profile)
{
	ef_neutral_init(&person->neutral);
	ef_lips_init(&person->lips);
	ef_lid_range_init(&person->lids);
	ef_gains_init(&person->gains);
	if (profile != NULL) {
		ef_neutral_know(&person->neutral, &profile->landmarks,
			profile->is_read ? &profile->read : NULL);
		person->lips.closed = profile->lips;
		ef_lid_range_know(&person->lids, profile->lids);
		person->gains = profile->gains;
	}
}

void ef_person_look(ef_person_t *person, const ef_solver_t *solver, const ef_face_t *face,
	const ef_sight_t *sight, double dt, ef_appearance_t *seen)
{
	ef_solver_run(solver, sight, face->is_read ? &face->read : NULL, &person->neutral, seen);
	seen->gap = ef_lips_step(&person->lips, &sight->straight, &person->neutral.landmarks, dt) /
		    GAP_RANGE;
	ef_lid_range_step(&person->lids, seen->closed, dt);
	ef_gains_apply(&person->gains, seen);
}
