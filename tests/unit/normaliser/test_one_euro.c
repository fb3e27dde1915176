/* Smooth at rest, quick in movement, safe with any time steps. */
#include <math.h>

#include "normaliser/filter/one_euro.h"
#include "tests/unit/unit.h"

static const ef_one_euro_settings_t settings = {1.2, 2.0, 1};

static double noise(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % 2001 / 1000.0 - 1;
}

static void jitter_is_reduced(void **state)
{
	ef_one_euro_t filter = {0};
	double raw = 0, calm = 0;
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 600; i++) {
		double value = 0.02 * noise(&seed), out;

		out = ef_one_euro_step(&filter, &settings, value, 1.0 / 30);
		if (i > 60) {
			raw += value * value;
			calm += out * out;
		}
	}
	assert_true(sqrt(calm) < 0.45 * sqrt(raw));
}

static void a_step_is_followed_quickly(void **state)
{
	ef_one_euro_t filter = {0};
	double out = 0;

	(void)state;
	for (int i = 0; i < 30; i++) {
		ef_one_euro_step(&filter, &settings, 0, 1.0 / 30);
	}
	for (int i = 0; i < 4; i++) {
		out = ef_one_euro_step(&filter, &settings, 1, 1.0 / 30);
	}
	assert_true(out > 0.85);
	assert_true(out <= 1);
}

static void beta_0_is_a_plain_low_pass(void **state)
{
	static const ef_one_euro_settings_t plain = {1, 0, 1};
	ef_one_euro_t filter = {0};

	(void)state;
	ef_one_euro_step(&filter, &plain, 0, 0.1);
	/* share = 1 / (1 + 1 / (2 pi 0.1)) */
	assert_float_equal(ef_one_euro_step(&filter, &plain, 1, 0.1), 0.385870, 1e-5);
}

static void irregular_time_steps_are_safe(void **state)
{
	static const double steps[] = {0.001, 0.5, 0.02, 1e-9, 3600, 0.033, 1e12};
	ef_one_euro_t filter = {0};

	(void)state;
	for (int i = 0; i < 70; i++) {
		double out = ef_one_euro_step(&filter, &settings, i % 2, steps[i % 7]);

		assert_true(out >= 0 && out <= 1);
	}
}

static void time_that_does_not_advance_changes_nothing(void **state)
{
	ef_one_euro_t filter = {0};

	(void)state;
	ef_one_euro_step(&filter, &settings, 0.5, 0);
	assert_float_equal(ef_one_euro_step(&filter, &settings, 0.9, 0), 0.5, 1e-6);
	assert_float_equal(ef_one_euro_step(&filter, &settings, 0.9, -1), 0.5, 1e-6);
	assert_float_equal(ef_one_euro_step(&filter, &settings, 0.9, NAN), 0.5, 1e-6);
	assert_float_equal(ef_one_euro_step(&filter, &settings, NAN, 0.04), 0.5, 1e-6);
	assert_float_equal(ef_one_euro_step(&filter, &settings, INFINITY, 0.04), 0.5, 1e-6);
	assert_true(ef_one_euro_step(&filter, &settings, 0.9, 0.04) > 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jitter_is_reduced),
		cmocka_unit_test(a_step_is_followed_quickly),
		cmocka_unit_test(beta_0_is_a_plain_low_pass),
		cmocka_unit_test(irregular_time_steps_are_safe),
		cmocka_unit_test(time_that_does_not_advance_changes_nothing),
	};

	return cmocka_run_group_tests_name("one_euro", tests, NULL, NULL);
}
