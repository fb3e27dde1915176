#include "normaliser/filter/calm.h"

#include <math.h>
#include <stddef.h>

/* Speech has 3 to 8 openings a second and blinks last 3 to 9 frames: neither may be smeared. Between
 * saccades the eyes are still, and a saccade is over in a frame or two. Brows and the head are slower,
 * and their noise shows more, as does that of coefficients that are guessed one by one. */
static const ef_one_euro_settings_t mouth = {5.0, 8.0}, lids = {5.0, 8.0}, gaze = {1.0, 12.0},
				    brows = {1.5, 3.0}, guesses = {2.5, 1.5}, turn = {1.2, 5.0},
				    shift = {0.8, 2.0};

/* Heads narrower than this, in pixels, are smoothed more, up to a limit. */
#define SHARP 110.0
#define SLOWEST 2.5

#define NUMBER(field) (offsetof(ef_appearance_t, field) / sizeof(double))

static const ef_one_euro_settings_t *settings_of(size_t number)
{
	if (number < NUMBER(gaze_out)) {
		return &lids;
	}
	if (number < NUMBER(brow_inner)) {
		return &gaze;
	}
	if (number < NUMBER(gap)) {
		return &brows;
	}
	return number < NUMBER(coefficients) ? &mouth : &guesses;
}

void ef_calm_appearance(ef_calm_t *calm, ef_appearance_t *seen, double head_pixels, double dt)
{
	double *values = (double *)seen, slower = fmin(fmax(SHARP / head_pixels, 1), SLOWEST);

	for (size_t i = 0; i < EF_APPEARANCE_NUMBERS; i++) {
		ef_one_euro_settings_t settings = *settings_of(i);

		settings.cutoff /= slower;
		settings.beta /= slower * slower;
		values[i] = ef_one_euro_step(&calm->appearance[i], &settings, values[i], dt);
	}
}

void ef_calm_head(ef_calm_t *calm, double angles[3], double at[3], double dt)
{
	for (int i = 0; i < 3; i++) {
		angles[i] = ef_one_euro_step(&calm->turns[i], &turn, angles[i], dt);
		at[i] = ef_one_euro_step(&calm->places[i], &shift, at[i], dt);
	}
}
