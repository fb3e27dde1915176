/* Tells from a face's landmarks and readings, against the person's own neutral ones, what its parts
 * do. What is seen directly (lids, gaze, brows, the mouth's width and corners) is a linear map of the
 * part's own landmarks, so that a brow cannot move a lid; which coefficients of the mouth are likely is
 * told by a small network. All are fitted to modelled faces (training/solver). */
#ifndef EF_SOLVER_H
#define EF_SOLVER_H

#include <stddef.h>

#include "normaliser/geometry/sight.h"
#include "normaliser/person/neutral.h"
#include "normaliser/solver/appearance.h"
#include "normaliser/solver/certainty.h"

typedef struct ef_solver ef_solver_t;

/* path: weights of the model "solver". Returns NULL with the reason in why. */
ef_solver_t *ef_solver_load(const char *path, char *why, size_t why_size);
void ef_solver_destroy(ef_solver_t **solver);

/* read: NULL when there is no reading. Sets all of *seen except the gap; its numbers are finite. */
void ef_solver_run(const ef_solver_t *solver, const ef_sight_t *sight, const ef_reading_t *read,
	const ef_neutral_t *neutral, ef_appearance_t *seen);

/* Sets how certain each coefficient is of what ef_solver_run () tells of them: 0..1. */
void ef_solver_sure(const ef_solver_t *solver, const ef_sight_t *sight, const ef_reading_t *read,
	const ef_neutral_t *neutral, float sure[EF_COEFF_COUNT]);

#endif
