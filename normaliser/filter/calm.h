/* Removes the jitter from what is seen of a face and a head, with as little delay as each part of
 * the face allows. */
#ifndef EF_CALM_H
#define EF_CALM_H

#include "normaliser/filter/one_euro.h"
#include "normaliser/solver/appearance.h"

/* Groups of numbers with the same settings. */
typedef enum {
	EF_CALM_LIDS,
	EF_CALM_GAZE,
	EF_CALM_BROWS,
	EF_CALM_GAP,
	EF_CALM_WIDTH,
	EF_CALM_CORNERS,
	EF_CALM_GUESSES, /* coefficients, one by one */
	EF_CALM_TURN,
	EF_CALM_SHIFT, /* of the head, sideways and up */
	EF_CALM_DEPTH,
	EF_CALM_GROUPS,
} ef_calm_group_t;

extern const ef_one_euro_settings_t ef_calm_settings[EF_CALM_GROUPS];

/* Zero-initialised: empty. */
typedef struct {
	ef_one_euro_t appearance[EF_APPEARANCE_NUMBERS], turns[3], places[3];
} ef_calm_t;

/* Replaces all numbers by their filtered values, dt seconds after the last ones. */
void ef_calm_appearance(ef_calm_t *calm, ef_appearance_t *seen, double dt);

/* The same for the head's yaw, pitch and roll, radians, and its place, widths of the head. */
void ef_calm_head(ef_calm_t *calm, double angles[3], double place[3], double dt);

#endif
