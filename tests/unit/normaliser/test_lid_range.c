/* Lids that seem to close less than they do. */
#include "normaliser/person/lid_range.h"
#include "tests/unit/unit.h"

#define DT (1.0 / 30)

static double step(ef_lid_range_t *range, double left, double right)
{
	double closed[2] = {left, right};

	ef_lid_range_step(range, closed, DT);
	return closed[0];
}

static void a_blink_is_whole(void **state)
{
	ef_lid_range_t range;

	(void)state;
	ef_lid_range_init(&range);
	assert_true(step(&range, 0.75, 0.75) > 0.99);
	assert_float_equal(step(&range, 0, 0), 0, 1e-9);
	assert_float_equal(step(&range, -0.2, -0.2), -0.2, 1e-9);
}

static void the_reach_is_learned_and_forgotten(void **state)
{
	ef_lid_range_t range;

	(void)state;
	ef_lid_range_init(&range);
	step(&range, 0.2, 1.0);
	assert_true(step(&range, 0.75, 0.75) < 0.77);
	for (int i = 0; i < 10 * 60 * 30; i++) {
		step(&range, 0, 0);
	}
	assert_true(step(&range, 0.75, 0.75) > 0.98);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blink_is_whole),
		cmocka_unit_test(the_reach_is_learned_and_forgotten),
	};

	return cmocka_run_group_tests_name("lid_range", tests, NULL, NULL);
}
