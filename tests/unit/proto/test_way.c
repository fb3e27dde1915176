/* The time from the stage before: percentiles of the last ten seconds, of one host. */
#include <stdio.h>

#include "proto/stage/way.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)
#define S (1000 * MS)

static ef_way_log_t way_log;
static ef_way_t way;

static int fresh(void **state)
{
	(void)state;
	way_log = (ef_way_log_t){0};
	return 0;
}

static void note(const char *host, int64_t now, int64_t took)
{
	ef_head_t head = {.hops = 2};

	snprintf(head.trace[1].host, sizeof(head.trace[1].host), "%s", host);
	head.trace[1].out_ns = now - took;
	ef_way_note(&way_log, &head, now);
}

static void percentiles(void **state)
{
	(void)state;
	assert_int_equal(ef_way_sum(&way_log, 0, &way), 0);
	for (int i = 1; i <= 100; i++) {
		note("a", i * 30 * MS, i * MS);
	}
	assert_int_equal(ef_way_sum(&way_log, 4 * S, &way), 1);
	assert_string_equal(way.host, "a");
	assert_true(way.p50_ns == 51 * MS);
	assert_true(way.p99_ns == 99 * MS);
}

static void a_clock_100_days_ahead_keeps_every_nanosecond(void **state)
{
	(void)state;
	note("box", S, -INT64_C(8640000000000001));
	assert_int_equal(ef_way_sum(&way_log, S, &way), 1);
	assert_true(way.p50_ns == -INT64_C(8640000000000001));
}

static void what_is_older_than_ten_seconds_does_not_count(void **state)
{
	(void)state;
	note("a", S, 500 * MS);
	note("a", 12 * S, MS);
	assert_int_equal(ef_way_sum(&way_log, 12 * S, &way), 1);
	assert_true(way.p99_ns == MS);
	assert_int_equal(ef_way_sum(&way_log, 30 * S, &way), 0);
}

static void the_newest_are_kept(void **state)
{
	(void)state;
	for (int i = 0; i < EF_WAY_SAMPLES + 5; i++) {
		note("a", S + i, i < 5 ? 9 * S : MS);
	}
	assert_int_equal(ef_way_sum(&way_log, 2 * S, &way), 1);
	assert_true(way.p99_ns == MS);
}

static void another_host_counts_once_the_first_is_silent(void **state)
{
	(void)state;
	note("a", S, MS);
	note("b", S + 100 * MS, 700 * MS);
	assert_int_equal(ef_way_sum(&way_log, 2 * S, &way), 1);
	assert_string_equal(way.host, "a");
	assert_true(way.p99_ns == MS);
	note("b", 4 * S, 700 * MS);
	assert_int_equal(ef_way_sum(&way_log, 4 * S, &way), 1);
	assert_string_equal(way.host, "b");
	assert_true(way.p50_ns == 700 * MS);
}

static void a_message_without_hops_is_left_out(void **state)
{
	ef_head_t head = {0};

	(void)state;
	ef_way_note(&way_log, &head, S);
	assert_int_equal(ef_way_sum(&way_log, S, &way), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(percentiles, fresh),
		cmocka_unit_test_setup(a_clock_100_days_ahead_keeps_every_nanosecond, fresh),
		cmocka_unit_test_setup(what_is_older_than_ten_seconds_does_not_count, fresh),
		cmocka_unit_test_setup(the_newest_are_kept, fresh),
		cmocka_unit_test_setup(another_host_counts_once_the_first_is_silent, fresh),
		cmocka_unit_test_setup(a_message_without_hops_is_left_out, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
