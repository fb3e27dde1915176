/* Percentiles, losses counted from seq, the statistics file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/stats.h"
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

static void gaps_in_seq_are_losses(void **state)
{
	static const uint64_t received[] = {10, 11, 15, 16, 0, 1, 3};
	const char *path = unit_path("", "stats");
	ef_stats_t *stats = ef_stats_new("test", path, 0);
	ef_head_t head = {0};
	char line[1024] = "";
	FILE *file;

	(void)state;
	for (size_t i = 0; i < sizeof(received) / sizeof(received[0]); i++) {
		head.seq = received[i];
		ef_stats_in(stats, &head);
	}
	ef_stats_destroy(&stats);
	assert_null(stats);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	unlink(path);
	assert_non_null(strstr(line, "\"dropped\":4,"));
	assert_non_null(strstr(line, "\"in\":7,"));
}

static void age_needs_one_clock(void **state)
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
		cmocka_unit_test(gaps_in_seq_are_losses),
		cmocka_unit_test(age_needs_one_clock),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
