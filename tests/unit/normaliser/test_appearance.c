/* The coefficients show what is seen: gaps, widths, heights, lids. */
#include <math.h>
#include <string.h>

#include "normaliser/solver/appearance.h"
#include "tests/unit/unit.h"

static ef_appearance_t seen;
static ef_expression_t shown;

static float show(ef_coeff_t coefficient)
{
	shown = (ef_expression_t){0};
	ef_appearance_show(&seen, &shown);
	return shown.coeff[coefficient];
}

static float gap(void)
{
	show(EF_JAW_OPEN);
	return shown.coeff[EF_JAW_OPEN] - shown.coeff[EF_MOUTH_CLOSE] +
	       (shown.coeff[EF_MOUTH_UPPER_UP_LEFT] + shown.coeff[EF_MOUTH_UPPER_UP_RIGHT] +
		       shown.coeff[EF_MOUTH_LOWER_DOWN_LEFT] +
		       shown.coeff[EF_MOUTH_LOWER_DOWN_RIGHT] + shown.coeff[EF_MOUTH_FUNNEL]) /
		       2;
}

static int clear(void **state)
{
	(void)state;
	seen = (ef_appearance_t){0};
	return 0;
}

static void rest_shows_nothing(void **state)
{
	(void)state;
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		assert_float_equal(show(c), 0, 1e-9);
	}
	assert_true(shown.known == ef_appearance_known);
	assert_false(shown.known >> EF_TONGUE_OUT & 1);
	assert_false(shown.known >> EF_CHEEK_PUFF & 1);
}

static void closed_lips_bare_nothing(void **state)
{
	(void)state;
	seen.coefficients[EF_MOUTH_UPPER_UP_LEFT] = seen.coefficients[EF_MOUTH_LOWER_DOWN_LEFT] = 1;
	seen.coefficients[EF_JAW_OPEN] = 0.4;
	seen.coefficients[EF_MOUTH_CLOSE] = 0.3;
	seen.gap = -0.05;
	assert_float_equal(gap(), 0, 1e-6);
	assert_float_equal(shown.coeff[EF_MOUTH_UPPER_UP_LEFT], 0, 1e-6);
}

static void gap_is_shown_whatever_seems_to_make_it(void **state)
{
	static const ef_coeff_t makers[] = {EF_JAW_OPEN, EF_MOUTH_CLOSE, EF_MOUTH_FUNNEL,
		EF_MOUTH_UPPER_UP_LEFT, EF_MOUTH_LOWER_DOWN_RIGHT};

	(void)state;
	for (int set = 0; set < 32; set++) {
		for (int i = 0; i < 5; i++) {
			seen.coefficients[makers[i]] = set >> i & 1 ? 0.6 : 0.05;
		}
		seen.gap = 0.35;
		assert_float_equal(gap(), 0.35, 1e-6);
		assert_true(shown.coeff[EF_MOUTH_CLOSE] <= shown.coeff[EF_JAW_OPEN] + 1e-6);
	}
}

static void width_is_a_stretch_or_a_pucker(void **state)
{
	(void)state;
	seen.width = 0.35;
	assert_float_equal(show(EF_MOUTH_STRETCH_LEFT), 0.5, 1e-6);
	seen.coefficients[EF_MOUTH_SMILE_LEFT] = seen.coefficients[EF_MOUTH_SMILE_RIGHT] = 0.35;
	seen.corner[0] = seen.corner[1] = 0.35;
	assert_float_equal(show(EF_MOUTH_STRETCH_LEFT), 0, 1e-6);
	assert_float_equal(show(EF_MOUTH_PUCKER), 0, 1e-6);
	clear(state);
	seen.width = -0.4;
	assert_float_equal(show(EF_MOUTH_PUCKER), 0.4, 1e-6);
	seen.coefficients[EF_MOUTH_FUNNEL] = 0.8;
	seen.gap = 0.5;
	assert_float_equal(show(EF_MOUTH_PUCKER), 0, 1e-6);
	/* Closed lips are no funnel. */
	seen.gap = 0;
	assert_float_equal(show(EF_MOUTH_PUCKER), 0.4, 1e-6);
}

static void corners_smile_or_frown(void **state)
{
	(void)state;
	seen.coefficients[EF_MOUTH_FROWN_LEFT] = 0.2;
	seen.corner[0] = 0.5;
	assert_float_equal(show(EF_MOUTH_SMILE_LEFT), 0.5, 1e-6);
	assert_float_equal(shown.coeff[EF_MOUTH_FROWN_LEFT], 0, 1e-6);
	assert_float_equal(shown.coeff[EF_MOUTH_SMILE_RIGHT], 0, 1e-6);
	seen.corner[0] = -0.5;
	assert_float_equal(show(EF_MOUTH_FROWN_LEFT), 0.5, 1e-6);
}

static void lids_and_brows_go_both_ways(void **state)
{
	(void)state;
	seen.closed[0] = 0.9;
	seen.closed[1] = -0.45;
	seen.brow_inner[0] = seen.brow_inner[1] = 0.5;
	seen.brow_outer[1] = 0.25;
	assert_float_equal(show(EF_EYE_BLINK_LEFT), 0.9, 1e-6);
	assert_float_equal(shown.coeff[EF_EYE_WIDE_LEFT], 0, 1e-6);
	assert_float_equal(shown.coeff[EF_EYE_WIDE_RIGHT], 1, 1e-6);
	assert_float_equal(shown.coeff[EF_BROW_INNER_UP], 0.5, 1e-6);
	assert_float_equal(shown.coeff[EF_BROW_OUTER_UP_RIGHT], 0.25, 1e-6);
	seen.brow_inner[0] = -0.5;
	assert_float_equal(show(EF_BROW_DOWN_LEFT), 0.5, 1e-6);
	assert_float_equal(shown.coeff[EF_BROW_DOWN_RIGHT], 0, 1e-6);
}

static void an_eye_looks_one_way(void **state)
{
	(void)state;
	seen.gaze_out[0] = 0.6;
	seen.gaze_up[1] = -0.3;
	assert_float_equal(show(EF_EYE_LOOK_OUT_LEFT), 0.6, 1e-6);
	assert_float_equal(shown.coeff[EF_EYE_LOOK_IN_LEFT], 0, 1e-6);
	assert_float_equal(shown.coeff[EF_EYE_LOOK_DOWN_RIGHT], 0.3, 1e-6);
}

static void any_numbers_give_coefficients(void **state)
{
	unsigned seed = 9;
	double *numbers = (double *)&seen;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < EF_APPEARANCE_NUMBERS; i++) {
			seed = seed * 1103515245u + 12345u;
			numbers[i] = ((double)((seed >> 16) % 2001) / 1000 - 1) *
				     pow(10, round % 12 - 2);
		}
		show(EF_JAW_OPEN);
		for (int c = 0; c < EF_COEFF_COUNT; c++) {
			assert_true(shown.coeff[c] >= 0 && shown.coeff[c] <= 1);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup(name, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rest_shows_nothing),
		TEST(closed_lips_bare_nothing),
		TEST(gap_is_shown_whatever_seems_to_make_it),
		TEST(width_is_a_stretch_or_a_pucker),
		TEST(corners_smile_or_frown),
		TEST(lids_and_brows_go_both_ways),
		TEST(an_eye_looks_one_way),
		TEST(any_numbers_give_coefficients),
	};

	return cmocka_run_group_tests_name("appearance", tests, NULL, NULL);
}
