/* Calm at rest, quick when it matters, safe with any clock. */
#include <math.h>

#include "normaliser/one_euro.h"
#include "tests/unit/unit.h"

static const one_euro_settings_t settings = {1.2, 2.0};

static double noise(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % 2001 / 1000.0 - 1;
}

static void jitter_goes_down(void **state)
{
	one_euro_t filter = {0};
	double raw = 0, calm = 0;
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 600; i++) {
		double value = 0.02 * noise(&seed), out;

		out = one_euro_step(&filter, &settings, value, 1.0 / 30);
		if (i > 60) {
			raw += value * value;
			calm += out * out;
		}
	}
	assert_true(sqrt(calm) < 0.45 * sqrt(raw));
}

static void a_step_is_followed_fast(void **state)
{
	one_euro_t filter = {0};
	double out = 0;

	(void)state;
	for (int i = 0; i < 30; i++) {
		one_euro_step(&filter, &settings, 0, 1.0 / 30);
	}
	for (int i = 0; i < 4; i++) {
		out = one_euro_step(&filter, &settings, 1, 1.0 / 30);
	}
	assert_true(out > 0.85);
	assert_true(out <= 1);
}

static void a_plain_low_pass_for_beta_0(void **state)
{
	static const one_euro_settings_t plain = {1, 0};
	one_euro_t filter = {0};

	(void)state;
	one_euro_step(&filter, &plain, 0, 0.1);
	/* share = 1 / (1 + 1 / (2 pi 0.1)) */
	assert_float_equal(one_euro_step(&filter, &plain, 1, 0.1), 0.385870, 1e-5);
}

static void an_irregular_clock_is_safe(void **state)
{
	static const double steps[] = {0.001, 0.5, 0.02, 1e-9, 3600, 0.033, 1e12};
	one_euro_t filter = {0};

	(void)state;
	for (int i = 0; i < 70; i++) {
		double out = one_euro_step(&filter, &settings, i % 2, steps[i % 7]);

		assert_true(out >= 0 && out <= 1);
	}
}

static void a_clock_that_stands_or_goes_back_changes_nothing(void **state)
{
	one_euro_t filter = {0};

	(void)state;
	one_euro_step(&filter, &settings, 0.5, 0);
	assert_float_equal(one_euro_step(&filter, &settings, 0.9, 0), 0.5, 1e-6);
	assert_float_equal(one_euro_step(&filter, &settings, 0.9, -1), 0.5, 1e-6);
	assert_float_equal(one_euro_step(&filter, &settings, 0.9, NAN), 0.5, 1e-6);
	assert_float_equal(one_euro_step(&filter, &settings, NAN, 0.04), 0.5, 1e-6);
	assert_float_equal(one_euro_step(&filter, &settings, INFINITY, 0.04), 0.5, 1e-6);
	assert_true(one_euro_step(&filter, &settings, 0.9, 0.04) > 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jitter_goes_down),
		cmocka_unit_test(a_step_is_followed_fast),
		cmocka_unit_test(a_plain_low_pass_for_beta_0),
		cmocka_unit_test(an_irregular_clock_is_safe),
		cmocka_unit_test(a_clock_that_stands_or_goes_back_changes_nothing),
	};

	return cmocka_run_group_tests_name("one_euro", tests, NULL, NULL);
}
