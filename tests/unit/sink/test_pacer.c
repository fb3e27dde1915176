/* The sink's rhythm, on arrival times that were recorded from the pipeline, and on made-up ones. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sink/pacer.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)
#define MOST 8000
#define RECORDINGS "tests/unit/sink/arrivals/"

static const ef_rate_t thirty = {30, 1};

/* When renders arrive, in ns. */
typedef struct {
	int64_t ns[MOST];
	int count;
} arrivals_t;

/* What the sink makes of it. */
typedef struct {
	int sent, shown, replaced; /* replaced: by a newer one, before it was shown */
	int ticks, repeated;
	int pictures, left_out; /* of an output that counts; renders that it has no room for */
	double wait_p50, wait_p99; /* from arrival until it is written; ms, as all below */
	double gap_p50, gap_p99, gap_min, gap_max; /* from one picture to the next */
} shown_t;

static arrivals_t arrivals;

/* Random numbers that are the same on every machine. */
static double chance(void)
{
	static uint32_t state = 7;

	state = state * 1664525 + 1013904223;
	return state / 4294967296.0;
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static int by_time(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* Sorts. */
static double share(double *all, int count, double part)
{
	qsort(all, (size_t)count, sizeof(*all), by_size);
	return count == 0 ? 0 : all[(int)(part * (count - 1))];
}

/* Adds renders that come with a delay, mostly of less than the jitter. */
static void add(double fps, double from_s, double to_s, double jitter_ms)
{
	for (int i = 0; from_s + i / fps < to_s; i++) {
		double most = chance() < 0.02 ? 4 * jitter_ms : jitter_ms;

		assert_in_range(arrivals.count, 0, MOST - 1);
		arrivals.ns[arrivals.count++] =
			(int64_t)((from_s + i / fps) * 1e9 + chance() * most * 1e6);
	}
}

static void start(double fps, double to_s, double jitter_ms)
{
	arrivals.count = 0;
	add(fps, 1, to_s, jitter_ms);
}

static void load(const char *name)
{
	FILE *file = fopen(name, "r");
	long us;

	assert_non_null(file);
	arrivals.count = 0;
	while (fscanf(file, "%ld", &us) == 1) {
		arrivals.ns[arrivals.count++] = SECOND + us * 1000;
	}
	fclose(file);
	assert_int_equal(arrivals.count, 600);
}

/* The sink, from the first to the last arrival. Times before from_s are not looked at. The caller of each
 * so-many-th tick comes late. */
static shown_t play(double from_s, int64_t late_ns, int every)
{
	static double waits[2 * MOST], gaps[2 * MOST];
	shown_t shown = {0};
	ef_pacer_t pacer;
	int next = 0, has_new = 0, gap_count = 0, calls = 0;
	int64_t last = 0, now = 0;

	ef_pacer_init(&pacer, thirty, SECOND / 2);
	while (next < arrivals.count) {
		int64_t due = ef_pacer_due(&pacer, has_new);
		int again, count;

		if (arrivals.ns[next] <= due) {
			now = arrivals.ns[next++];
			ef_pacer_arrival(&pacer, now);
			shown.replaced += has_new && now >= from_s * 1e9;
			shown.sent += now >= from_s * 1e9;
			has_new = 1;
			continue;
		}
		now = (due > now ? due : now) + (++calls % every == 0 ? late_ns : 0);
		again = ef_pacer_tick(&pacer, has_new, now);
		count = (int)ef_pacer_count(&pacer, has_new, now);
		shown.pictures += count;
		shown.left_out += has_new && count == 0;
		if (now >= from_s * 1e9) {
			shown.ticks++;
			shown.repeated += again;
			if (has_new) {
				waits[shown.shown++] = (double)(now - arrivals.ns[next - 1]) / 1e6;
			}
			if (last > 0) {
				gaps[gap_count++] = (double)(now - last) / 1e6;
			}
		}
		has_new = 0;
		last = now;
	}
	shown.wait_p50 = share(waits, shown.shown, 0.5);
	shown.wait_p99 = share(waits, shown.shown, 0.99);
	shown.gap_p50 = share(gaps, gap_count, 0.5);
	shown.gap_p99 = share(gaps, gap_count, 0.99);
	shown.gap_min = share(gaps, gap_count, 0);
	shown.gap_max = share(gaps, gap_count, 1);
	print_message("%d sent %d shown %d replaced %d repeated %d ticks, wait %.2f %.2f, gap %.2f "
		      "%.2f (%.2f to %.2f), %d pictures\n",
		shown.sent, shown.shown, shown.replaced, shown.repeated, shown.ticks,
		shown.wait_p50, shown.wait_p99, shown.gap_p50, shown.gap_p99, shown.gap_min,
		shown.gap_max, shown.pictures);
	return shown;
}

/* The output that counts is as long as the time since 0.5 s. */
static void assert_length(const shown_t *shown)
{
	double seconds = (double)arrivals.ns[arrivals.count - 1] / 1e9 - 0.5;

	assert_true(fabs(shown->pictures - 30 * seconds) <= 3);
}

/* Each is shown, and none twice. The last one may still be held. */
static void assert_all_shown(const shown_t *shown)
{
	assert_in_range(shown->shown, shown->sent - 1, shown->sent);
	assert_int_equal(shown->replaced, 0);
	assert_int_equal(shown->repeated, 0);
	assert_int_equal(shown->left_out, 0);
}

static void recorded_renders_are_shown_as_they_come(void **state)
{
	shown_t shown;

	(void)state;
	load(RECORDINGS "quiet.us");
	shown = play(2, 0, 1);
	assert_all_shown(&shown);
	assert_true(shown.wait_p50 < 0.3);
	assert_true(shown.wait_p99 < 3);
	assert_true(shown.gap_p99 - shown.gap_p50 < 6); /* as uneven as the arrivals */
	assert_true(shown.gap_max <= 51);
	assert_length(&shown);
}

/* Four programs compete for two cores: a tenth of the renders is lost before, the others come early or late
 * by half a period. */
static void on_a_busy_machine_most_are_shown(void **state)
{
	shown_t shown;

	(void)state;
	load(RECORDINGS "busy.us");
	shown = play(2, 0, 1);
	assert_true(shown.shown > 0.92 * shown.sent);
	assert_true(shown.wait_p50 < 3);
	assert_true(shown.gap_max < 85);
	assert_length(&shown);
}

/* Whatever the phase of the first tick. */
static void jitter_is_evened_out_without_waiting(void **state)
{
	(void)state;
	for (int phase = 0; phase < 33; phase += 4) {
		shown_t shown;

		arrivals.count = 0;
		add(30, 1 + phase / 1000.0, 31, 2);
		shown = play(2, 0, 1);
		assert_all_shown(&shown);
		assert_true(shown.wait_p50 < 0.3);
		assert_true(shown.wait_p99 < 2.5);
		assert_true(shown.gap_p99 - shown.gap_p50 < 4);
		assert_true(shown.gap_max < 45);
		assert_length(&shown);
	}
}

static void a_source_of_another_rate_is_followed(void **state)
{
	static const struct {
		double fps;
		int per_render, per_tick; /* ticks for each render, or renders for each tick */
	} rates[] = {
		{30, 1, 1},
		{29.97, 1, 1},
		{30.03, 1, 1},
		{31, 1, 1},
		{25, 1, 1},
		{24, 1, 1},
		{20, 1, 1},
		{15, 2, 1},
		{12.5, 2, 1},
		{10, 3, 1},
		{5, 6, 1},
		{50, 1, 2},
		{60, 1, 2},
		{120, 1, 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		double tick = 1000 / rates[i].fps * rates[i].per_tick / rates[i].per_render;
		shown_t shown;

		print_message("%g: ", rates[i].fps);
		start(rates[i].fps, 31, 1);
		shown = play(8, 0, 1);
		assert_int_equal(shown.repeated, 0);
		assert_in_range(shown.shown, shown.sent / rates[i].per_tick - 2,
			shown.sent / rates[i].per_tick + 1);
		assert_in_range(shown.ticks, shown.shown * rates[i].per_render - 10,
			shown.shown * rates[i].per_render + 10);
		assert_true(shown.wait_p50 < 0.3);
		assert_true(fabs(shown.gap_p50 - tick) < 0.1);
		assert_true(shown.gap_p99 - shown.gap_p50 < 4);
		assert_true(shown.gap_max < tick + 6);
		assert_length(&shown);
	}
}

/* In low light a webcam halves its rate, and returns to it. */
static void a_change_of_the_rate_is_followed(void **state)
{
	shown_t shown;

	(void)state;
	start(30, 11, 1);
	add(15, 11, 21, 1);
	add(30, 21, 31, 1);
	shown = play(2, 0, 1);
	assert_in_range(shown.shown, shown.sent - 7, shown.sent);
	assert_in_range(shown.repeated, 0, 10);
	assert_true(shown.wait_p50 < 0.3);
	assert_true(shown.gap_p99 - shown.gap_p50 < 17);
	assert_true(shown.gap_max < 55);
	assert_length(&shown);
}

/* The rhythm stays as it was, whichever moment the renders come back at. */
static void a_loss_and_a_return_keep_the_cadence(void **state)
{
	(void)state;
	for (int phase = 0; phase < 33; phase += 4) {
		shown_t shown;

		start(30, 11, 1);
		add(30, 16 + phase / 1000.0, 26, 1);
		shown = play(2, 0, 1);
		assert_in_range(shown.shown, shown.sent - 5, shown.sent);
		assert_in_range(shown.repeated, 145, 156);
		assert_true(shown.gap_p99 - shown.gap_p50 < 3);
		assert_true(shown.gap_max < 51);
		assert_length(&shown);
	}
}

static void a_jump_of_the_phase_is_followed(void **state)
{
	(void)state;
	for (int phase = 2; phase < 33; phase += 5) {
		shown_t shown;

		start(30, 11, 1);
		add(30, 11 + phase / 1000.0, 21, 1);
		shown = play(2, 0, 1);
		assert_in_range(shown.shown, shown.sent - 4, shown.sent);
		assert_in_range(shown.repeated, 0, 6);
		assert_true(shown.wait_p50 < 0.3);
		assert_true(shown.gap_max < 56);
		assert_length(&shown);
		shown = play(14, 0, 1);
		assert_all_shown(&shown);
		assert_true(shown.gap_p99 - shown.gap_p50 < 3);
	}
}

/* Pictures are never nearer to each other than they were late. */
static void renders_that_come_earlier_shift_the_ticks_gently(void **state)
{
	(void)state;
	for (int fps = 10; fps <= 30; fps += 20) {
		shown_t shown;

		start(fps, 11, 0);
		add(fps, 11 - 0.2 / fps, 21, 0);
		shown = play(8, 0, 1);
		assert_all_shown(&shown);
		assert_true(shown.gap_min > 29);
		shown = play(18, 0, 1);
		assert_true(shown.wait_p99 < 0.3);
	}
}

static void lost_renders_leave_the_others_where_they_were(void **state)
{
	int kept = 0;
	shown_t shown;

	(void)state;
	start(30, 31, 1);
	for (int i = 0; i < arrivals.count; i++) {
		arrivals.ns[kept] = arrivals.ns[i];
		kept += i % 20 != 0;
	}
	arrivals.count = kept;
	shown = play(2, 0, 1);
	assert_in_range(shown.shown, shown.sent - 1, shown.sent);
	assert_int_equal(shown.replaced, 0);
	assert_in_range(shown.repeated, 42, 45);
	assert_true(shown.wait_p99 < 2.5);
	assert_true(shown.gap_max < 52);
	assert_length(&shown);
}

/* The one before is shown, after a wait of half the time between two renders. */
static void a_lost_render_of_a_fast_source_is_replaced(void **state)
{
	int kept = 0;
	shown_t shown;

	(void)state;
	start(60, 31, 0);
	for (int i = 0; i < arrivals.count; i++) {
		arrivals.ns[kept] = arrivals.ns[i];
		kept += i % 21 != 0;
	}
	arrivals.count = kept;
	shown = play(2, 0, 1);
	assert_int_equal(shown.repeated, 0);
	assert_true(shown.gap_max < 33.4 + 8.5);
}

/* It comes after the last picture was written in its place, and does not push the next one back. */
static void a_very_late_render_is_written_at_once(void **state)
{
	shown_t shown;

	(void)state;
	start(30, 11, 0);
	for (int i = 100; i < arrivals.count; i++) {
		arrivals.ns[i] += i % 50 < 3 ? 22 * MS : 0;
	}
	shown = play(2, 0, 1);
	assert_in_range(shown.shown, shown.sent - 1, shown.sent);
	assert_int_equal(shown.replaced, 0);
	assert_int_equal(shown.repeated, 4 * 3);
	assert_int_equal(shown.left_out, 0);
	assert_true(shown.wait_p99 < 0.3);
	assert_length(&shown);
}

static void of_two_sources_the_newest_is_shown_evenly(void **state)
{
	shown_t shown;

	(void)state;
	arrivals.count = 0;
	for (int i = 0; i < 900; i++) {
		arrivals.ns[arrivals.count++] = SECOND + i * SECOND / 30;
		arrivals.ns[arrivals.count++] = SECOND + i * SECOND / 30 + 10 * MS;
	}
	shown = play(2, 0, 1);
	assert_in_range(shown.ticks, 868, 872);
	assert_int_equal(shown.shown, shown.ticks);
	assert_true(shown.gap_max - shown.gap_min < 0.1);
	assert_length(&shown);
}

static void arrivals_at_random_keep_the_rate(void **state)
{
	shown_t shown;

	(void)state;
	start(30, 31, 33);
	qsort(arrivals.ns, (size_t)arrivals.count, sizeof(*arrivals.ns), by_time);
	shown = play(2, 0, 1);
	assert_true(shown.shown > 0.75 * shown.sent);
	assert_in_range(shown.ticks, 800, 900);
	assert_true(shown.gap_max < 90);
	assert_length(&shown);
}

static void without_renders_it_keeps_the_rate(void **state)
{
	ef_pacer_t pacer;
	int64_t pictures = 0;

	(void)state;
	ef_pacer_init(&pacer, (ef_rate_t){30000, 1001}, SECOND);
	for (int i = 0; i < 30000; i++) {
		int64_t due = ef_pacer_due(&pacer, 0);

		assert_true(llabs(due - SECOND - i * (1001 * SECOND / 30000)) < 1000000);
		assert_int_equal(ef_pacer_tick(&pacer, 0, due), 1);
		pictures += ef_pacer_count(&pacer, 0, due);
	}
	assert_true(llabs(ef_pacer_due(&pacer, 0) - 1002 * SECOND) < 1000);
	assert_int_equal(pictures, 30000);
}

/* A film in between, or a hundred messages at once. */
static void arrivals_at_the_same_moment_do_no_harm(void **state)
{
	shown_t shown;

	(void)state;
	start(30, 6, 1);
	for (int i = 0; i < 100; i++) {
		arrivals.ns[arrivals.count++] = 6 * SECOND;
	}
	add(30, 6.1, 16, 1);
	shown = play(8, 0, 1);
	assert_all_shown(&shown);
	assert_true(shown.gap_p99 - shown.gap_p50 < 3);
}

static void a_late_caller_skips_ticks_and_a_file_makes_up(void **state)
{
	ef_pacer_t pacer;

	(void)state;
	ef_pacer_init(&pacer, thirty, 0);
	ef_pacer_tick(&pacer, 0, 0);
	assert_int_equal(ef_pacer_count(&pacer, 0, 0), 1);
	/* Due at 33.3 ms, called at 110: 66.7 and 100 are gone. */
	ef_pacer_tick(&pacer, 0, 110 * MS);
	assert_in_range(ef_pacer_due(&pacer, 0), 133 * MS, 134 * MS);
	assert_int_equal(ef_pacer_count(&pacer, 0, 110 * MS), 3);
	ef_pacer_tick(&pacer, 0, 134 * MS);
	assert_int_equal(ef_pacer_count(&pacer, 0, 134 * MS), 1);
}

/* At 15 pictures a second a tick that is skipped may be one with or without a new render. */
static void a_caller_that_was_late_finds_the_rhythm_again(void **state)
{
	(void)state;
	for (int ticks = 1; ticks <= 3; ticks++) {
		shown_t shown;

		start(15, 31, 1);
		shown = play(8, (10 + 33 * ticks) * MS, 50);
		assert_int_equal(shown.repeated, 0);
		assert_true(shown.wait_p50 < 0.3);
		assert_true(shown.gap_p50 < 33.5);
		assert_in_range(shown.shown, shown.sent - 14, shown.sent);
		assert_length(&shown);
	}
}

static void callers_always_a_little_late_keep_the_rate(void **state)
{
	shown_t shown;

	(void)state;
	start(30, 31, 1);
	shown = play(2, 5 * MS, 1);
	assert_all_shown(&shown);
	assert_true(shown.gap_p99 - shown.gap_p50 < 3);
	assert_length(&shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_renders_are_shown_as_they_come),
		cmocka_unit_test(on_a_busy_machine_most_are_shown),
		cmocka_unit_test(jitter_is_evened_out_without_waiting),
		cmocka_unit_test(a_source_of_another_rate_is_followed),
		cmocka_unit_test(a_change_of_the_rate_is_followed),
		cmocka_unit_test(a_loss_and_a_return_keep_the_cadence),
		cmocka_unit_test(a_jump_of_the_phase_is_followed),
		cmocka_unit_test(renders_that_come_earlier_shift_the_ticks_gently),
		cmocka_unit_test(lost_renders_leave_the_others_where_they_were),
		cmocka_unit_test(a_lost_render_of_a_fast_source_is_replaced),
		cmocka_unit_test(a_very_late_render_is_written_at_once),
		cmocka_unit_test(of_two_sources_the_newest_is_shown_evenly),
		cmocka_unit_test(arrivals_at_random_keep_the_rate),
		cmocka_unit_test(without_renders_it_keeps_the_rate),
		cmocka_unit_test(arrivals_at_the_same_moment_do_no_harm),
		cmocka_unit_test(a_late_caller_skips_ticks_and_a_file_makes_up),
		cmocka_unit_test(a_caller_that_was_late_finds_the_rhythm_again),
		cmocka_unit_test(callers_always_a_little_late_keep_the_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
