#include "proto/link/peers/retry.h"

#include <czmq.h>

#include "tests/unit/unit.h"

#define LATE_MS 600

static void a_connection_that_is_made_again_is_left_alone(void **state)
{
	ef_retry_t retry = {0};

	(void)state;
	ef_retry_event(&retry, ZMQ_EVENT_CONNECTED, 5);
	ef_retry_event(&retry, ZMQ_EVENT_DISCONNECTED, 5);
	ef_retry_event(&retry, ZMQ_EVENT_CONNECT_RETRIED, 100);
	zclock_sleep(LATE_MS);
	assert_false(ef_retry_is_due(&retry));
}

static void one_that_is_not_is_due_once_and_not_at_once(void **state)
{
	ef_retry_t retry = {0};

	(void)state;
	ef_retry_event(&retry, ZMQ_EVENT_CONNECTED, 5);
	ef_retry_event(&retry, ZMQ_EVENT_DISCONNECTED, 5);
	assert_false(ef_retry_is_due(&retry));
	zclock_sleep(LATE_MS);
	assert_true(ef_retry_is_due(&retry));
	assert_false(ef_retry_is_due(&retry));
}

static void another_connection_that_is_made_again_does_not_hide_it(void **state)
{
	ef_retry_t retry = {0};

	(void)state;
	ef_retry_event(&retry, ZMQ_EVENT_CONNECTED, 5);
	ef_retry_event(&retry, ZMQ_EVENT_CONNECTED, 6);
	ef_retry_event(&retry, ZMQ_EVENT_DISCONNECTED, 5);
	ef_retry_event(&retry, ZMQ_EVENT_DISCONNECTED, 6);
	ef_retry_event(&retry, ZMQ_EVENT_CONNECT_RETRIED, 100);
	zclock_sleep(LATE_MS);
	assert_true(ef_retry_is_due(&retry));
}

static void the_end_of_an_accepted_connection_is_none_of_this(void **state)
{
	ef_retry_t retry = {0};

	(void)state;
	ef_retry_event(&retry, ZMQ_EVENT_ACCEPTED, 5);
	ef_retry_event(&retry, ZMQ_EVENT_DISCONNECTED, 5);
	zclock_sleep(LATE_MS);
	assert_false(ef_retry_is_due(&retry));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_that_is_made_again_is_left_alone),
		cmocka_unit_test(one_that_is_not_is_due_once_and_not_at_once),
		cmocka_unit_test(another_connection_that_is_made_again_does_not_hide_it),
		cmocka_unit_test(the_end_of_an_accepted_connection_is_none_of_this),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
