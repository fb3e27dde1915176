/* Gains: what is large at most becomes 1, within limits, and the rest stays as it is. */
#include "normaliser/person/gains.h"
#include "tests/unit/unit.h"

static void the_largest_becomes_1_within_limits(void **state)
{
	(void)state;
	assert_float_equal(ef_gain_for(0.8) * 0.8, 1, 1e-9);
	assert_float_equal(ef_gain_for(1.25) * 1.25, 1, 1e-9);
	assert_float_equal(ef_gain_for(3), EF_GAIN_MIN, 1e-9);
	assert_float_equal(ef_gain_for(0.3), EF_GAIN_MAX, 1e-9);
	assert_float_equal(ef_gain_for(0), EF_GAIN_MAX, 1e-9);
	assert_float_equal(ef_gain_for(-1), EF_GAIN_MAX, 1e-9);
}

static void each_gain_has_its_part_of_the_face(void **state)
{
	const ef_gains_t gains = {1.5, 1.4, 1.3, 1.2};
	ef_appearance_t seen = {.closed = {0.5, -0.5},
		.gaze_out = {0.5, -0.5},
		.gaze_up = {0.5, -0.5},
		.brow_inner = {0.5, -0.5},
		.brow_outer = {0.5, -0.5},
		.gap = 0.5,
		.width = 0.5,
		.corner = {0.5, -0.5}};

	(void)state;
	ef_gains_apply(&gains, &seen);
	assert_float_equal(seen.corner[0], 0.75, 1e-9);
	assert_float_equal(seen.corner[1], -0.5, 1e-9);
	assert_float_equal(seen.width, 0.75, 1e-9);
	assert_float_equal(seen.gap, 0.7, 1e-9);
	assert_float_equal(seen.brow_inner[0], 0.65, 1e-9);
	assert_float_equal(seen.brow_inner[1], -0.6, 1e-9);
	assert_float_equal(seen.brow_outer[0], 0.65, 1e-9);
	assert_float_equal(seen.brow_outer[1], -0.6, 1e-9);
	for (int i = 0; i < 2; i++) {
		double same = i == 0 ? 0.5 : -0.5;

		assert_float_equal(seen.closed[i], same, 1e-9);
		assert_float_equal(seen.gaze_out[i], same, 1e-9);
		assert_float_equal(seen.gaze_up[i], same, 1e-9);
	}
	/* A pucker and lips that are pressed together are no small smile and no open mouth. */
	seen.width = seen.gap = -0.5;
	ef_gains_apply(&gains, &seen);
	assert_float_equal(seen.width, -0.5, 1e-9);
	assert_float_equal(seen.gap, -0.5, 1e-9);
}

static void without_gains_nothing_changes(void **state)
{
	ef_gains_t gains;
	ef_appearance_t seen = {.gap = 0.5, .width = -0.5, .corner = {0.3, 0.4}};

	(void)state;
	ef_gains_init(&gains);
	ef_gains_apply(&gains, &seen);
	assert_float_equal(seen.gap, 0.5, 1e-9);
	assert_float_equal(seen.width, -0.5, 1e-9);
	assert_float_equal(seen.corner[1], 0.4, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_becomes_1_within_limits),
		cmocka_unit_test(each_gain_has_its_part_of_the_face),
		cmocka_unit_test(without_gains_nothing_changes),
	};

	return cmocka_run_group_tests_name("gains", tests, NULL, NULL);
}
