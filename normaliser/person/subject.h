/* All that is learned of a person. */
#ifndef EF_SUBJECT_H
#define EF_SUBJECT_H

#include "normaliser/person/gains.h"
#include "normaliser/person/lid_range.h"
#include "normaliser/person/lips.h"
#include "normaliser/person/neutral.h"
#include "normaliser/person/profile.h"
#include "normaliser/solver/solver.h"

typedef struct {
	ef_neutral_t neutral;
	ef_lips_t lips;
	ef_lid_range_t lids;
	ef_gains_t gains;
} ef_subject_t;

/* profile: what is known of the person already, or NULL. */
void ef_subject_init(ef_subject_t *subject, const ef_profile_t *profile);

/* Sets *seen to what a face shows of this person, given its sight (ef_neutral_see ()), and learns how
 * far the lips and the lids reach. dt: seconds since the last face. */
void ef_subject_look(ef_subject_t *subject, const ef_solver_t *solver, const ef_face_t *face,
	const ef_sight_t *sight, double dt, ef_appearance_t *seen);

#endif
