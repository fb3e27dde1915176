/* The offset of another clock: the shortest round trip counts, and its error is bounded. */
#include "agent/offset.h"
#include "tests/unit/unit.h"

#define DAYS_100 INT64_C(8640000000000000)
#define MS INT64_C(1000000)

/* One round trip with these ways there and back, by a clock that is so far ahead. */
static void add(ef_offset_t *offset, int64_t ahead, int64_t sent, int64_t there, int64_t back)
{
	int64_t t2 = sent + there + ahead, t3 = t2 + MS / 10;

	ef_offset_add(offset, sent, t2, t3, t3 - ahead + back);
}

static void equal_ways_tell_the_offset_exactly(void **state)
{
	ef_offset_t offset = {0};

	(void)state;
	add(&offset, DAYS_100, 5 * MS, 3 * MS, 3 * MS);
	assert_int_equal(offset.count, 1);
	assert_true(offset.offset_ns == DAYS_100);
	assert_true(offset.round_ns == 6 * MS);
}

static void the_error_is_at_most_half_of_the_shortest_round_trip(void **state)
{
	ef_offset_t offset = {0};

	(void)state;
	add(&offset, -DAYS_100, 0, 90 * MS, MS);
	add(&offset, -DAYS_100, 100 * MS, 2 * MS, MS); /* the shortest */
	add(&offset, -DAYS_100, 200 * MS, MS, 70 * MS);
	assert_int_equal(offset.count, 3);
	assert_true(offset.round_ns == 3 * MS);
	assert_true(offset.offset_ns >= -DAYS_100 - offset.round_ns / 2);
	assert_true(offset.offset_ns <= -DAYS_100 + offset.round_ns / 2);
}

static void impossible_times_are_left_out(void **state)
{
	ef_offset_t offset = {0};

	(void)state;
	ef_offset_add(&offset, 0, 10, 5, 20); /* answered before it was asked */
	ef_offset_add(&offset, 20, 10, 10, 0); /* received before it was sent */
	ef_offset_add(&offset, 0, 10, 100, 20); /* worked for longer than the round trip took */
	assert_int_equal(offset.count, 0);
	/* The largest times of the wire do not overflow. */
	ef_offset_add(&offset, 0, -((int64_t)1 << 60), (int64_t)1 << 60, 5);
	ef_offset_add(&offset, INT64_MAX / 4, -((int64_t)1 << 60), -((int64_t)1 << 60),
		INT64_MAX / 4 + 1);
	assert_int_equal(offset.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_ways_tell_the_offset_exactly),
		cmocka_unit_test(the_error_is_at_most_half_of_the_shortest_round_trip),
		cmocka_unit_test(impossible_times_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
