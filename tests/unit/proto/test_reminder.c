/* A lasting problem is logged once, until it changes or is over. */
#include "proto/base/reminder.h"

#include "proto/base/clock.h"
#include "tests/unit/unit.h"

static void new_problems_are_due(void **state)
{
	ef_reminder_t reminder = {0};

	(void)state;
	assert_true(ef_reminder_due(&reminder, "missing"));
	assert_false(ef_reminder_due(&reminder, "missing"));
	assert_true(ef_reminder_due(&reminder, "busy"));
	assert_true(ef_reminder_due(&reminder, "missing"));
	ef_reminder_reset(&reminder);
	assert_true(ef_reminder_due(&reminder, "missing"));
}

static void lasting_problems_are_due_again(void **state)
{
	ef_reminder_t reminder = {0};

	(void)state;
	assert_true(ef_reminder_due(&reminder, "missing"));
	reminder.next_ns = ef_now_ns();
	assert_true(ef_reminder_due(&reminder, "missing"));
	assert_false(ef_reminder_due(&reminder, "missing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_problems_are_due),
		cmocka_unit_test(lasting_problems_are_due_again),
	};

	return cmocka_run_group_tests_name("reminder", tests, NULL, NULL);
}
