/* The sink's ticks: the set rate, in step with the renders, without bursts. */
#include <stdlib.h>

#include "sink/pacer.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)

static const ef_rate_t thirty = {30, 1};

/* A run of ticks with arrivals at a rate of their own. */
typedef struct {
	ef_pacer_t pacer;
	double arrival_ns, interval_ns; /* the next one; 0: none come */
	double jitter_ns, delay_ns; /* at most, and the next one's */
	int64_t came_ns; /* not written yet; 0: none */
	int64_t ticks, pictures; /* pictures: of an output that counts */
	int64_t last_ns, shortest_ns, longest_ns; /* between ticks */
	int64_t wait_ns; /* of the last arrival that was written */
	int64_t worst_ns; /* likewise, the longest since it was set to 0 */
	int missed; /* arrivals that a newer one replaced before their tick */
} run_t;

static run_t begin(double fps, double phase_ms)
{
	run_t run = {.arrival_ns = (double)SECOND + phase_ms * 1e6,
		.interval_ns = fps > 0 ? 1e9 / fps : 0,
		.shortest_ns = INT64_MAX};

	ef_pacer_init(&run.pacer, thirty, SECOND);
	srand(7);
	return run;
}

/* Runs until that time. Each caller of a tick comes late by so much. */
static void go_on(run_t *run, int64_t until_ns, int64_t late_ns)
{
	while (ef_pacer_next(&run->pacer) < until_ns) {
		int64_t tick;

		while (run->interval_ns > 0 &&
			run->arrival_ns + run->delay_ns <= (double)ef_pacer_next(&run->pacer)) {
			run->missed += run->came_ns > 0;
			run->came_ns = (int64_t)(run->arrival_ns + run->delay_ns);
			ef_pacer_arrival(&run->pacer, run->came_ns);
			run->arrival_ns += run->interval_ns;
			run->delay_ns = run->jitter_ns * rand() / RAND_MAX;
		}
		tick = ef_pacer_next(&run->pacer) + late_ns;
		if (run->came_ns > 0) {
			run->wait_ns = tick - run->came_ns;
			run->worst_ns = run->wait_ns > run->worst_ns ? run->wait_ns : run->worst_ns;
			run->came_ns = 0;
		}
		if (run->last_ns > 0) {
			int64_t gap = tick - run->last_ns;

			run->shortest_ns = gap < run->shortest_ns ? gap : run->shortest_ns;
			run->longest_ns = gap > run->longest_ns ? gap : run->longest_ns;
		}
		run->last_ns = tick;
		ef_pacer_tick(&run->pacer, tick);
		run->ticks++;
		run->pictures += ef_pacer_count(&run->pacer);
	}
}

static void without_renders_it_keeps_the_rate(void **state)
{
	run_t run = begin(0, 0);

	(void)state;
	go_on(&run, 101 * SECOND, 0);
	assert_in_range(run.ticks, 3000, 3001);
	assert_int_equal(run.pictures, run.ticks);
	assert_true(run.longest_ns - run.shortest_ns <= 1);
}

static void a_rate_with_a_fraction_does_not_drift(void **state)
{
	ef_pacer_t pacer;

	(void)state;
	ef_pacer_init(&pacer, (ef_rate_t){30000, 1001}, 0);
	for (int i = 0; i < 30000; i++) {
		ef_pacer_tick(&pacer, ef_pacer_next(&pacer));
	}
	assert_true(llabs(ef_pacer_next(&pacer) - 1001 * SECOND) < 1000);
}

static void the_tick_moves_behind_the_arrival(void **state)
{
	(void)state;
	for (int phase = 1; phase < 33; phase += 4) {
		run_t run = begin(30, phase);

		go_on(&run, 5 * SECOND, 0);
		run.worst_ns = run.missed = 0;
		go_on(&run, 61 * SECOND, 0);
		assert_in_range(run.worst_ns, 0, 7 * MS);
		assert_in_range(run.missed, 0, 3);
		assert_in_range(run.shortest_ns, 32 * MS, 34 * MS);
		assert_in_range(run.longest_ns, 33 * MS, 35 * MS);
		assert_in_range(run.ticks, 1799, 1801);
		assert_in_range(run.pictures, 1799, 1801);
	}
}

static void jitter_costs_few_renders(void **state)
{
	run_t run = begin(30, 10);

	(void)state;
	run.jitter_ns = 4e6;
	go_on(&run, 61 * SECOND, 0);
	assert_in_range(run.missed, 0, 1800 / 50);
	assert_in_range(run.wait_ns, 0, 10 * MS);
}

static void a_slightly_slower_webcam_is_followed(void **state)
{
	run_t run = begin(29.97, 10);

	(void)state;
	go_on(&run, 5 * SECOND, 0);
	run.worst_ns = run.missed = 0;
	go_on(&run, 121 * SECOND, 0);
	assert_in_range(run.worst_ns, 0, 7 * MS);
	assert_in_range(run.missed, 0, 5);
	/* Ticks follow the webcam; a file is as long as the run. */
	assert_in_range(run.ticks, 3594, 3598);
	assert_in_range(run.pictures, 3599, 3601);
}

static void another_rate_is_not_followed(void **state)
{
	static const double rates[] = {24, 25, 12.5, 28, 50};

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		run_t run = begin(rates[i], 10);

		run.jitter_ns = 2e6;
		go_on(&run, 61 * SECOND, 0);
		assert_in_range(run.ticks, 1799, 1801);
		assert_in_range(run.pictures, 1799, 1801);
		assert_in_range(run.shortest_ns, 32 * MS, 34 * MS);
		assert_in_range(run.longest_ns, 33 * MS, 35 * MS);
	}
}

static void it_goes_on_through_a_pause(void **state)
{
	run_t run = begin(30, 10);

	(void)state;
	go_on(&run, 11 * SECOND, 0);
	run.interval_ns = 0;
	go_on(&run, 21 * SECOND, 0);
	run.interval_ns = 1e9 / 30;
	run.arrival_ns = 21.02e9;
	go_on(&run, 31 * SECOND, 0);
	assert_in_range(run.ticks, 899, 901);
	assert_in_range(run.wait_ns, 0, 6 * MS);
	assert_in_range(run.longest_ns, 33 * MS, 35 * MS);
}

static void a_late_caller_skips_ticks_and_a_file_makes_up(void **state)
{
	ef_pacer_t pacer;

	(void)state;
	ef_pacer_init(&pacer, thirty, 0);
	ef_pacer_tick(&pacer, 0);
	assert_int_equal(ef_pacer_count(&pacer), 1);
	/* Due at 33.3 ms, called at 110: 66.7 and 100 are gone. */
	ef_pacer_tick(&pacer, 110 * MS);
	assert_in_range(ef_pacer_next(&pacer), 133 * MS, 134 * MS);
	assert_int_equal(ef_pacer_count(&pacer), 3);
	ef_pacer_tick(&pacer, ef_pacer_next(&pacer));
	assert_int_equal(ef_pacer_count(&pacer), 1);
}

static void a_schedule_half_a_period_off_does_not_oscillate(void **state)
{
	ef_pacer_t pacer;

	(void)state;
	ef_pacer_init(&pacer, thirty, 0);
	pacer.exact_ns += pacer.period_ns / 2; /* as pushes would in time */
	for (int i = 0; i < 100; i++) {
		pacer.exact_ns += i % 2 == 0 ? 1e5 : -1e5;
		ef_pacer_tick(&pacer, (int64_t)pacer.exact_ns);
		assert_int_equal(ef_pacer_count(&pacer), 1);
	}
}

static void callers_always_a_little_late_keep_the_rate(void **state)
{
	run_t run = begin(30, 10);

	(void)state;
	go_on(&run, 61 * SECOND, 5 * MS);
	assert_in_range(run.ticks, 1799, 1801);
	assert_in_range(run.pictures, 1799, 1801);
}

/* The drift of a slower webcam is forgotten when it has gone, or comes at another rate. */
static void the_drift_is_forgotten_when_the_webcam_changes(void **state)
{
	static const double rates[] = {0, 25};

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		run_t run = begin(29.5, 10);
		int64_t before;

		go_on(&run, 61 * SECOND, 0);
		run.interval_ns = rates[i] > 0 ? 1e9 / rates[i] : 0;
		go_on(&run, 71 * SECOND, 0);
		before = run.ticks;
		go_on(&run, 171 * SECOND, 0);
		assert_in_range(run.ticks - before, 2999, 3001);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_renders_it_keeps_the_rate),
		cmocka_unit_test(a_rate_with_a_fraction_does_not_drift),
		cmocka_unit_test(the_tick_moves_behind_the_arrival),
		cmocka_unit_test(jitter_costs_few_renders),
		cmocka_unit_test(a_slightly_slower_webcam_is_followed),
		cmocka_unit_test(another_rate_is_not_followed),
		cmocka_unit_test(it_goes_on_through_a_pause),
		cmocka_unit_test(a_late_caller_skips_ticks_and_a_file_makes_up),
		cmocka_unit_test(a_schedule_half_a_period_off_does_not_oscillate),
		cmocka_unit_test(callers_always_a_little_late_keep_the_rate),
		cmocka_unit_test(the_drift_is_forgotten_when_the_webcam_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
