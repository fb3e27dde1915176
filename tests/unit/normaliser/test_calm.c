/* What each part of a face needs of its filter: jitter leaves, movements arrive at once, blinks are shown. */
#include <math.h>

#include "normaliser/filter/calm.h"
#include "tests/unit/unit.h"

/* Standard deviation of the noise of each group, as measured on still faces (docs/fidelity.md). */
static const double noises[EF_CALM_GROUPS] = {
	0.019, 0.010, 0.018, 0.010, 0.009, 0.009, 0.004, 0.003, 0.003, 0.016};

#define FPS 30.0
#define BLINK 0.1 /* seconds, from open to open */
#define LID_MOVES (BLINK / 3) /* seconds to close it, and to open it again */

/* Between -sqrt (3) and sqrt (3), of deviation 1. */
static double noise(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return ((*seed >> 16) % 2001 / 1000.0 - 1) * sqrt(3);
}

/* A still face: root mean square of the second difference, filtered against raw. */
static double jitter_left(ef_calm_group_t group)
{
	ef_one_euro_t filter = {0};
	double raw[3] = {0}, calm[3] = {0}, sum[2] = {0};
	unsigned seed = 7;

	for (int i = 0; i < 3000; i++) {
		raw[0] = raw[1];
		raw[1] = raw[2];
		raw[2] = noises[group] * noise(&seed);
		calm[0] = calm[1];
		calm[1] = calm[2];
		calm[2] = ef_one_euro_step(&filter, &ef_calm_settings[group], raw[2], 1 / FPS);
		if (i >= 30) {
			sum[0] += pow(raw[2] - 2 * raw[1] + raw[0], 2);
			sum[1] += pow(calm[2] - 2 * calm[1] + calm[0], 2);
		}
	}
	return sqrt(sum[1] / sum[0]);
}

static void a_still_face_keeps_a_quarter_of_the_jitter(void **state)
{
	(void)state;
	for (ef_calm_group_t group = 0; group < EF_CALM_GROUPS; group++) {
		double left = jitter_left(group);

		if (left > 0.25) {
			fail_msg("group %d keeps %.3f", group, left);
		}
	}
}

/* Frames from where the signal has risen by half to where the filtered one has. */
static double lag_of(ef_calm_group_t group, double height, int frames)
{
	ef_one_euro_t filter = {0};
	double before = 0, now = 0;

	ef_one_euro_step(&filter, &ef_calm_settings[group], 0, 0);
	for (int i = 1; i < 200; i++) {
		before = now;
		now = ef_one_euro_step(&filter, &ef_calm_settings[group],
			height * fmin(1, (double)i / frames), 1 / FPS);
		if (now >= height / 2) {
			return i - (now - height / 2) / (now - before) - frames / 2.0;
		}
	}
	return INFINITY;
}

static void check_lag(ef_calm_group_t group, double height, int frames)
{
	double lag = lag_of(group, height, frames);

	if (!(lag <= 1)) {
		fail_msg("group %d rises by %g in %d frames, %.2f frames late", group, height,
			frames, lag);
	}
}

static void a_movement_is_shown_within_a_frame(void **state)
{
	(void)state;
	for (ef_calm_group_t group = 0; group <= EF_CALM_GUESSES; group++) {
		check_lag(group, 0.5, 3);
		check_lag(group, 0.25, 3);
		check_lag(group, 0.5, 10);
	}
	check_lag(EF_CALM_TURN, 0.35, 9); /* 20 degrees in 0.3 seconds */
	check_lag(EF_CALM_TURN, 0.35, 20);
	check_lag(EF_CALM_SHIFT, 0.3, 9);
}

/* The most of a blink that is shown of what the frames caught of it. after: when in a frame it
 * begins, 0..1. */
static double blink_shown(double fps, double after)
{
	ef_one_euro_t filter = {0};
	double raw = 0, shown = 0;

	for (int i = 0; i < 60; i++) {
		double t = (i - 30 + after) / fps;
		double closed = fmin(fmax(fmin(t, BLINK - t) / LID_MOVES, 0), 1);

		raw = fmax(raw, closed);
		shown = fmax(shown, ef_one_euro_step(&filter, &ef_calm_settings[EF_CALM_LIDS],
					    closed, 1 / fps));
	}
	return shown / raw;
}

static void a_blink_of_100_ms_is_shown(void **state)
{
	static const double rates[] = {15, 30, 60};

	(void)state;
	for (int rate = 0; rate < 3; rate++) {
		for (int k = 0; k < 10; k++) {
			double shown = blink_shown(rates[rate], k / 10.0);

			if (shown < 0.9) {
				fail_msg("%g frames a second: %.3f", rates[rate], shown);
			}
		}
	}
}

/* Each number of an appearance has its own filter, with the settings of its own group. */
static void each_number_has_the_settings_of_its_group(void **state)
{
	const struct {
		size_t at;
		ef_calm_group_t group;
	} numbers[] = {
		{offsetof(ef_appearance_t, closed[0]), EF_CALM_LIDS},
		{offsetof(ef_appearance_t, closed[1]), EF_CALM_LIDS},
		{offsetof(ef_appearance_t, gaze_out[0]), EF_CALM_GAZE},
		{offsetof(ef_appearance_t, gaze_up[1]), EF_CALM_GAZE},
		{offsetof(ef_appearance_t, brow_inner[0]), EF_CALM_BROWS},
		{offsetof(ef_appearance_t, brow_outer[1]), EF_CALM_BROWS},
		{offsetof(ef_appearance_t, gap), EF_CALM_GAP},
		{offsetof(ef_appearance_t, width), EF_CALM_WIDTH},
		{offsetof(ef_appearance_t, corner[0]), EF_CALM_CORNERS},
		{offsetof(ef_appearance_t, corner[1]), EF_CALM_CORNERS},
		{offsetof(ef_appearance_t, coefficients[0]), EF_CALM_GUESSES},
		{offsetof(ef_appearance_t, coefficients[EF_COEFF_COUNT - 1]), EF_CALM_GUESSES},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		ef_calm_t calm = {0};
		ef_one_euro_t alone = {0};
		ef_appearance_t seen = {0};
		double *number = (double *)&seen + numbers[i].at / sizeof(double), expected;

		ef_calm_appearance(&calm, &seen, 0);
		ef_one_euro_step(&alone, &ef_calm_settings[numbers[i].group], 0, 0);
		*number = 0.1;
		expected = ef_one_euro_step(
			&alone, &ef_calm_settings[numbers[i].group], *number, 1 / FPS);
		ef_calm_appearance(&calm, &seen, 1 / FPS);
		assert_float_equal(*number, expected, 1e-9);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_still_face_keeps_a_quarter_of_the_jitter),
		cmocka_unit_test(a_movement_is_shown_within_a_frame),
		cmocka_unit_test(a_blink_of_100_ms_is_shown),
		cmocka_unit_test(each_number_has_the_settings_of_its_group),
	};

	return cmocka_run_group_tests_name("calm", tests, NULL, NULL);
}
