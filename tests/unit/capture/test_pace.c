/* A file's pictures are due at their own times; a late one moves the schedule, without a burst. */
#include "capture/file/pace.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)

static void the_first_is_due_at_once(void **state)
{
	ef_pace_t pace = {0};

	(void)state;
	assert_int_equal(ef_pace_due(&pace, 40 * MS, 1000 * MS), 1000 * MS);
}

static void media_times_are_kept(void **state)
{
	ef_pace_t pace = {0};

	(void)state;
	ef_pace_due(&pace, 0, 1000 * MS);
	assert_int_equal(ef_pace_due(&pace, 40 * MS, 1003 * MS), 1040 * MS);
	assert_int_equal(ef_pace_due(&pace, 53 * MS, 1041 * MS), 1053 * MS);
	/* A small delay does not move the schedule: the next one is due at its time again. */
	assert_int_equal(ef_pace_due(&pace, 93 * MS, 1093 * MS + 9 * MS), 1093 * MS);
	assert_int_equal(ef_pace_due(&pace, 133 * MS, 1103 * MS), 1133 * MS);
}

static void a_late_one_moves_the_schedule(void **state)
{
	ef_pace_t pace = {0};

	(void)state;
	ef_pace_due(&pace, 0, 1000 * MS);
	assert_int_equal(ef_pace_due(&pace, 40 * MS, 1240 * MS), 1240 * MS);
	/* Not 1080: no burst. */
	assert_int_equal(ef_pace_due(&pace, 80 * MS, 1241 * MS), 1280 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_due_at_once),
		cmocka_unit_test(media_times_are_kept),
		cmocka_unit_test(a_late_one_moves_the_schedule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
