/* How long a message has waited on its way: exact on one host, against the shortest way from another. */
#include <stdio.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/stage/waited.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)
#define LIMIT (250 * MS)
#define DAYS_100 INT64_C(8640000000000000)

static void hop(ef_head_t *head, const char *host, int64_t in_ns, int64_t out_ns)
{
	ef_hop_t *hop = &head->trace[head->hops++];

	*hop = (ef_hop_t){.stage = "x", .in_ns = in_ns, .out_ns = out_ns};
	snprintf(hop->host, sizeof(hop->host), "%s", host);
}

static void the_time_in_stages_is_left_out_on_one_host(void **state)
{
	ef_ways_t ways = {0};
	ef_head_t head = {0};
	int64_t now = 10000 * MS;

	(void)state;
	hop(&head, ef_host_id(), now - 1000 * MS, now - 999 * MS);
	assert_int_equal(ef_waited(&ways, &head, now, LIMIT), 999 * MS);
	/* The clock of the box is 100 days ahead, and it worked for 900 ms. */
	hop(&head, "box", now + DAYS_100, now + DAYS_100 + 900 * MS);
	assert_int_equal(ef_waited(&ways, &head, now, LIMIT), 99 * MS);
}

static void a_hop_that_claims_too_much_does_not_make_a_message_fresh(void **state)
{
	ef_ways_t ways = {0};
	ef_head_t head = {0};
	int64_t now = 10000 * MS;

	(void)state;
	hop(&head, ef_host_id(), now - 1000 * MS, now - 999 * MS);
	hop(&head, "box", 0, DAYS_100);
	hop(&head, "box", 5, 0);
	assert_int_equal(ef_waited(&ways, &head, now, LIMIT), 999 * MS);
}

/* What a message has waited that was sent by the box at sent_ms of its clock and arrives at now_ms. */
static int64_t from_box(ef_ways_t *ways, int64_t sent_ms, int64_t now_ms)
{
	ef_head_t head = {0};

	hop(&head, "box", (sent_ms - 1) * MS, sent_ms * MS);
	return ef_waited(ways, &head, now_ms * MS, LIMIT) / MS;
}

static void another_hosts_clock_may_be_anything(void **state)
{
	ef_ways_t ways = {0};
	int64_t off = DAYS_100 / MS;

	(void)state;
	assert_int_equal(from_box(&ways, off, 1000), 0);
	assert_int_equal(from_box(&ways, off + 33, 1033), 0);
	assert_int_equal(from_box(&ways, off + 66, 1266), 200);
	assert_int_equal(from_box(&ways, off + 100, 1095), 0);
	assert_int_equal(from_box(&ways, off + 133, 1433), 305);
}

static void a_clock_that_jumps_costs_two_seconds(void **state)
{
	ef_ways_t ways = {0};
	int late = 0;

	(void)state;
	for (int64_t ms = 1000; ms < 3000; ms += 33) {
		assert_int_equal(from_box(&ways, ms, ms), 0);
	}
	/* The box was suspended for a minute, which its clock does not count. */
	for (int64_t ms = 3000; ms < 9000; ms += 33) {
		late += from_box(&ways, ms, ms + 60000) > 250;
	}
	assert_in_range(late, 55, 65);
	assert_int_equal(from_box(&ways, 9000, 69000), 0);
}

static void the_shortest_way_is_forgotten_within_two_spans(void **state)
{
	ef_ways_t ways = {0};

	(void)state;
	/* The clocks drift apart by 1 ms a second. */
	for (int64_t s = 1; s < 600; s++) {
		assert_in_range(from_box(&ways, 1000 * s, 1001 * s), 0, 62);
	}
}

static void without_a_trace_nothing_has_waited(void **state)
{
	ef_ways_t ways = {0};
	ef_head_t head = {0};

	(void)state;
	assert_int_equal(ef_waited(&ways, &head, MS, LIMIT), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_time_in_stages_is_left_out_on_one_host),
		cmocka_unit_test(a_hop_that_claims_too_much_does_not_make_a_message_fresh),
		cmocka_unit_test(another_hosts_clock_may_be_anything),
		cmocka_unit_test(a_clock_that_jumps_costs_two_seconds),
		cmocka_unit_test(the_shortest_way_is_forgotten_within_two_spans),
		cmocka_unit_test(without_a_trace_nothing_has_waited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
