#include "normaliser/person/subject.h"

#include <math.h>

/* The gap between the lips of a mouth wide open, in widths of the head. FaceKit's jawOpen opens 0.20,
 * which hardly anybody does. */
#define GAP_RANGE 0.15

/* A mouth of which the tracker is less certain is shown in proportion: behind a hand nobody knows what it
 * does, and a mouth at rest disturbs less than a wrong one. */
#define MOUTH_SURE 0.5F

void ef_subject_init(ef_subject_t *subject, const ef_profile_t *profile)
{
	ef_neutral_init(&subject->neutral);
	ef_lips_init(&subject->lips);
	ef_lid_range_init(&subject->lids);
	ef_gains_init(&subject->gains);
	if (profile != NULL) {
		ef_neutral_know(&subject->neutral, &profile->landmarks,
			profile->is_read ? &profile->read : NULL);
		subject->lips.closed = profile->lips;
		ef_lid_range_know(&subject->lids, profile->lids);
		subject->gains = profile->gains;
	}
}

/* The share of the mouth that is shown. */
static double shown_of(const ef_face_t *face)
{
	return face->is_read ? fmin((double)(face->read.sure[2] / MOUTH_SURE), 1) : 1;
}

void ef_subject_look(ef_subject_t *subject, const ef_solver_t *solver, const ef_face_t *face,
	const ef_sight_t *sight, double dt, ef_appearance_t *seen)
{
	double shown = shown_of(face);

	ef_solver_run(solver, sight, face->is_read ? &face->read : NULL, &subject->neutral, seen);
	seen->gap = ef_lips_step(&subject->lips, &sight->straight, &subject->neutral.landmarks,
			    shown * dt) /
		    GAP_RANGE;
	ef_lid_range_step(&subject->lids, seen->closed, dt);
	ef_gains_apply(&subject->gains, seen);
	ef_appearance_ease_mouth(seen, shown);
}
