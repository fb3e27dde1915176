/* Pictures with any times at a constant frame rate. */
#include "proto/picture/steady.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)

/* Checks how often pictures with those times, in ms, are written: counts[i] for the i-th. */
static int64_t play(
	ef_steady_t *steady, const int64_t *ms, int count, int64_t end_ms, int64_t *counts)
{
	int64_t total = 0;

	for (int i = 0; i <= count; i++) {
		int64_t times = i < count ? ef_steady_next(steady, ms[i] * MS)
					  : ef_steady_end(steady, end_ms * MS);

		if (i > 0) {
			counts[i - 1] = times;
			total += times;
		}
	}
	assert_int_equal(total, steady->written);
	return total;
}

static void steady_rate_stays_unchanged(void **state)
{
	ef_rate_t rates[] = {{30, 1}, {25, 1}, {30000, 1001}, {60, 1}, {1, 2}};

	(void)state;
	for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
		ef_steady_t steady;

		ef_steady_init(&steady, rates[r]);
		for (int64_t i = 0; i < 5000; i++) {
			/* Rounded as in a container with times in ms. */
			double s = (double)i * rates[r].den / rates[r].num;
			int64_t t = (int64_t)(s * 1000 + 0.5) * MS;

			assert_int_equal(ef_steady_next(&steady, t), i > 0);
		}
		assert_int_equal(ef_steady_end(&steady, 0), 1);
		assert_int_equal(steady.left_out, 0);
	}
}

static void pause_is_filled_with_repeats(void **state)
{
	const int64_t ms[] = {0, 40, 1040, 1080};
	int64_t counts[4];
	ef_steady_t steady;

	(void)state;
	ef_steady_init(&steady, (ef_rate_t){25, 1});
	assert_int_equal(play(&steady, ms, 4, 1120, counts), 28);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 25);
	assert_int_equal(counts[3], 1);
}

static void last_picture_lasts_until_the_end(void **state)
{
	const int64_t ms[] = {0, 2000, 4000};
	int64_t counts[3];
	ef_steady_t steady;

	(void)state;
	ef_steady_init(&steady, (ef_rate_t){30, 1});
	assert_int_equal(play(&steady, ms, 3, 6000, counts), 180);
	assert_int_equal(counts[2], 60);
}

static void short_burst_loses_no_picture(void **state)
{
	/* Two pictures at one time; the pause after them compensates. */
	const int64_t ms[] = {0, 40, 50, 60, 200};
	int64_t counts[5];
	ef_steady_t steady;

	(void)state;
	ef_steady_init(&steady, (ef_rate_t){25, 1});
	assert_int_equal(play(&steady, ms, 5, 240, counts), 6);
	for (int i = 0; i < 5; i++) {
		assert_true(counts[i] >= 1);
	}
	assert_int_equal(steady.left_out, 0);
}

static void too_low_rate_drops_pictures_to_keep_the_time(void **state)
{
	ef_steady_t steady;

	(void)state;
	ef_steady_init(&steady, (ef_rate_t){30, 1});
	for (int i = 0; i < 1200; i++) {
		ef_steady_next(&steady, i * 1000 * MS / 120);
	}
	ef_steady_end(&steady, 10000 * MS);
	assert_in_range(steady.written, 300, 304);
	assert_int_equal(steady.left_out, 1200 - steady.written);
}

static void extreme_times_do_not_overflow(void **state)
{
	const int64_t times[] = {INT64_MIN, INT64_MAX, 0, INT64_MIN, INT64_MAX, -1, INT64_MAX};
	ef_steady_t steady;

	(void)state;
	ef_steady_init(&steady, (ef_rate_t){30, 1});
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t count = ef_steady_next(&steady, times[i]);

		assert_in_range(count, 0, 30 * 601);
	}
	assert_in_range(ef_steady_end(&steady, INT64_MIN), 0, 30 * 601);
	assert_true(steady.shortened_ns > 0);
}

static void empty_stream_writes_no_picture(void **state)
{
	ef_steady_t steady;

	(void)state;
	ef_steady_init(&steady, (ef_rate_t){30, 1});
	assert_int_equal(ef_steady_end(&steady, 5000 * MS), 0);
	assert_int_equal(steady.written, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steady_rate_stays_unchanged),
		cmocka_unit_test(pause_is_filled_with_repeats),
		cmocka_unit_test(last_picture_lasts_until_the_end),
		cmocka_unit_test(short_burst_loses_no_picture),
		cmocka_unit_test(too_low_rate_drops_pictures_to_keep_the_time),
		cmocka_unit_test(extreme_times_do_not_overflow),
		cmocka_unit_test(empty_stream_writes_no_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
