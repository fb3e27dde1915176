#include "normaliser/filter/calm.h"

#include <stddef.h>

/* Chosen by make bench-filter on still and moving faces: of the settings that leave at most a quarter of the
 * jitter of a still face, and delay a movement by at most one frame of 30 a second, those with which
 * make bench-track shows most. No setting does both for the depth: there it is the jitter. */
const ef_one_euro_settings_t ef_calm_settings[EF_CALM_GROUPS] = {
	[EF_CALM_LIDS] = {0.3, 1.5, 5},
	[EF_CALM_GAZE] = {0.5, 2.0, 10},
	[EF_CALM_BROWS] = {1.2, 0.75, 5},
	[EF_CALM_GAP] = {0.3, 1.5, 30},
	[EF_CALM_WIDTH] = {1.0, 2.0, 5},
	[EF_CALM_CORNERS] = {0.3, 4.0, 5},
	[EF_CALM_GUESSES] = {0.3, 1.0, 3},
	[EF_CALM_TURN] = {1.2, 8.0, 3},
	[EF_CALM_SHIFT] = {0.5, 5.0, 1},
	[EF_CALM_DEPTH] = {1.2, 0.1, 1},
};

#define NUMBER(field) (offsetof(ef_appearance_t, field) / sizeof(double))

/* The group of one of an appearance's numbers: where the next group begins, in their order. */
static ef_calm_group_t group_of(size_t number)
{
	static const struct {
		size_t end;
		ef_calm_group_t group;
	} groups[] = {
		{NUMBER(gaze_out), EF_CALM_LIDS},
		{NUMBER(brow_inner), EF_CALM_GAZE},
		{NUMBER(gap), EF_CALM_BROWS},
		{NUMBER(width), EF_CALM_GAP},
		{NUMBER(corner), EF_CALM_WIDTH},
		{NUMBER(coefficients), EF_CALM_CORNERS},
		{EF_APPEARANCE_NUMBERS, EF_CALM_GUESSES},
	};
	size_t i = 0;

	while (number >= groups[i].end) {
		i++;
	}
	return groups[i].group;
}

void ef_calm_appearance(ef_calm_t *calm, ef_appearance_t *seen, double dt)
{
	double *values = (double *)seen;

	for (size_t i = 0; i < EF_APPEARANCE_NUMBERS; i++) {
		values[i] = ef_one_euro_step(
			&calm->appearance[i], &ef_calm_settings[group_of(i)], values[i], dt);
	}
}

void ef_calm_head(ef_calm_t *calm, double angles[3], double at[3], double dt)
{
	for (int i = 0; i < 3; i++) {
		ef_calm_group_t place = i < 2 ? EF_CALM_SHIFT : EF_CALM_DEPTH;

		angles[i] = ef_one_euro_step(
			&calm->turns[i], &ef_calm_settings[EF_CALM_TURN], angles[i], dt);
		at[i] = ef_one_euro_step(&calm->places[i], &ef_calm_settings[place], at[i], dt);
	}
}
