/* A problem that lasts is logged when it is new and once a minute. */
#include "proto/base/problem.h"

#include "tests/unit/unit.h"

#define SECOND INT64_C(1000000000)

static void a_new_problem_is_logged_once_a_minute(void **state)
{
	ef_problem_t problem = {0};

	(void)state;
	assert_true(ef_problem_is_new(&problem, "missing", 5 * SECOND));
	assert_false(ef_problem_is_new(&problem, "missing", 6 * SECOND));
	assert_false(ef_problem_is_new(&problem, "missing", 64 * SECOND));
	assert_true(ef_problem_is_new(&problem, "missing", 65 * SECOND));
	assert_false(ef_problem_is_new(&problem, "missing", 66 * SECOND));
}

static void another_problem_is_logged_when_it_lasts(void **state)
{
	ef_problem_t problem = {0};

	(void)state;
	assert_true(ef_problem_is_new(&problem, "missing", SECOND));
	assert_false(ef_problem_is_new(&problem, "no permission", 2 * SECOND));
	assert_true(ef_problem_is_new(&problem, "no permission", 3 * SECOND));
	assert_false(ef_problem_is_new(&problem, "missing", 4 * SECOND));
	assert_false(ef_problem_is_new(&problem, "no permission", 5 * SECOND));
}

static void a_problem_that_has_passed_is_new_again(void **state)
{
	ef_problem_t problem = {0};

	(void)state;
	assert_true(ef_problem_is_new(&problem, "missing", SECOND));
	ef_problem_clear(&problem);
	assert_true(ef_problem_is_new(&problem, "missing", 2 * SECOND));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_problem_is_logged_once_a_minute),
		cmocka_unit_test(another_problem_is_logged_when_it_lasts),
		cmocka_unit_test(a_problem_that_has_passed_is_new_again),
	};

	return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
