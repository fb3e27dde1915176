/* Percentiles, losses counted from seq, the statistics file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/stage/stats.h"
#include "tests/unit/unit.h"

static void percentiles_are_within_a_percent(void **state)
{
	ef_histogram_t *histogram = calloc(1, sizeof(*histogram));

	(void)state;
	assert_true(ef_histogram_ms(histogram, 0.5) == 0);
	for (int i = 1; i <= 1000; i++) {
		ef_histogram_add(histogram, i * 100000LL); /* 0.1 to 100 ms */
	}
	assert_float_equal(ef_histogram_ms(histogram, 0.5), 50, 0.5);
	assert_float_equal(ef_histogram_ms(histogram, 0.99), 99, 1);
	assert_float_equal(ef_histogram_mean_ms(histogram), 50.05, 0.01);
	ef_histogram_add(histogram, -5);
	ef_histogram_add(histogram, INT64_MAX);
	assert_int_equal(histogram->count, 1002);
	free(histogram);
}

/* Creates a folder for this test, and the path of a file in it. */
static void make_path(char path[64])
{
	strcpy(path, "/tmp/ef-stats.XXXXXX");
	assert_non_null(mkdtemp(path));
	strcat(path, "/s");
}

static void read_line(const char *path, char line[1024])
{
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_non_null(fgets(line, 1024, file));
	fclose(file);
}

static void remove_path(char *path)
{
	unlink(path);
	*strrchr(path, '/') = '\0';
	assert_int_equal(rmdir(path), 0); /* no other file was left there */
}

static void gaps_in_seq_count_as_dropped(void **state)
{
	static const uint64_t received[] = {10, 11, 15, 16, 0, 1, 3};
	char path[64], line[1024];
	ef_stats_t *stats;
	ef_head_t head = {0};

	(void)state;
	make_path(path);
	stats = ef_stats_new("test", path, 0);
	for (size_t i = 0; i < sizeof(received) / sizeof(received[0]); i++) {
		head.seq = received[i];
		ef_stats_in(stats, &head);
	}
	ef_stats_destroy(&stats);
	assert_null(stats);
	read_line(path, line);
	assert_non_null(strstr(line, "\"dropped\":4,"));
	assert_non_null(strstr(line, "\"in\":7,"));
	remove_path(path);
}

static void recent_drops_are_reported_separately(void **state)
{
	char path[64], line[1024];
	ef_stats_t *stats;

	(void)state;
	make_path(path);
	stats = ef_stats_new("test", path, 0);
	ef_stats_dropped(stats);
	/* 12 spans of a second each, of which the window holds 10. */
	for (int i = 0; i < 12; i++) {
		usleep(1001000);
		ef_stats_pulse();
	}
	read_line(path, line);
	assert_non_null(strstr(line, "\"dropped\":1,"));
	assert_non_null(strstr(line, "\"recent_dropped\":0,"));
	ef_stats_dropped(stats);
	ef_stats_destroy(&stats);
	read_line(path, line);
	assert_non_null(strstr(line, "\"dropped\":2,"));
	assert_non_null(strstr(line, "\"recent_dropped\":1,"));
	ef_stats_pulse(); /* no statistics any more: no effect */
	remove_path(path);
}

static void note_is_escaped_and_loading_is_written_at_once(void **state)
{
	char path[64], line[1024], note[300];
	ef_stats_t *stats;

	(void)state;
	make_path(path);
	stats = ef_stats_new("test", path, 0);
	ef_stats_note(stats, "live");
	assert_int_equal(access(path, F_OK), -1);
	strcpy(note, "loading a\"b\n\xff");
	ef_stats_note(stats, note);
	strcpy(note, "something else");
	read_line(path, line);
	assert_non_null(strstr(line, "\"note\":\"loading a\\\"b\\n?\"}"));
	memset(note, 'x', sizeof(note) - 1);
	note[sizeof(note) - 1] = '\0';
	ef_stats_note(stats, note);
	ef_stats_destroy(&stats);
	remove_path(path);
}

static void only_a_stage_that_shows_pictures_has_a_cadence(void **state)
{
	char path[64], line[1024];
	ef_stats_t *stats;

	(void)state;
	make_path(path);
	stats = ef_stats_new("test", path, 0);
	ef_stats_destroy(&stats);
	read_line(path, line);
	assert_null(strstr(line, "cadence"));
	stats = ef_stats_new("test", path, 0);
	ef_stats_shown(stats, 0, 0);
	for (int i = 0; i < 100; i++) {
		ef_stats_shown(stats, i < 90 ? 40000000 : 60000000, i % 50 == 0);
	}
	ef_stats_destroy(&stats);
	read_line(path, line);
	assert_float_equal(strtod(strstr(line, "cadence_p50_ms") + 16, NULL), 40, 0.5);
	assert_float_equal(strtod(strstr(line, "cadence_p99_ms") + 16, NULL), 60, 0.7);
	assert_non_null(strstr(line, "\"repeated\":2,"));
	remove_path(path);
}

static void forged_seq_does_not_count_as_dropped(void **state)
{
	static const uint64_t received[] = {5, UINT64_MAX, 0, UINT64_MAX - 1};
	char path[64], line[1024];
	ef_stats_t *stats;
	ef_head_t head = {0};

	(void)state;
	make_path(path);
	stats = ef_stats_new("test", path, 0);
	for (size_t i = 0; i < sizeof(received) / sizeof(received[0]); i++) {
		head.seq = received[i];
		ef_stats_in(stats, &head);
	}
	ef_stats_destroy(&stats);
	read_line(path, line);
	assert_non_null(strstr(line, "\"dropped\":0,"));
	remove_path(path);
}

static void age_is_known_on_the_same_host_only(void **state)
{
	ef_head_t head = {0};

	(void)state;
	assert_int_equal(ef_head_age(&head, 100), -1);
	ef_head_enter(&head, "capture", 40);
	assert_int_equal(ef_head_age(&head, 100), 60);
	strcpy(head.trace[0].host, "another");
	assert_int_equal(ef_head_age(&head, 100), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_within_a_percent),
		cmocka_unit_test(gaps_in_seq_count_as_dropped),
		cmocka_unit_test(recent_drops_are_reported_separately),
		cmocka_unit_test(only_a_stage_that_shows_pictures_has_a_cadence),
		cmocka_unit_test(note_is_escaped_and_loading_is_written_at_once),
		cmocka_unit_test(forged_seq_does_not_count_as_dropped),
		cmocka_unit_test(age_is_known_on_the_same_host_only),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
