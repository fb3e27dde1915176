/* A stage is healthy while its statistics are fresh, and longer while it loads. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "proto/base/clock.h"
#include "proto/stage/stats.h"
#include "tests/unit/unit.h"
#include "tools/health.h"

static const char *path;
static char why[128];

/* Writes statistics of that age; the file is touched_s old. */
static void write_statistics(double age_s, long touched_s, const char *note)
{
	struct timespec times[2] = {{.tv_sec = time(NULL) - touched_s}};
	FILE *file;

	times[1] = times[0];
	path = unit_path("", "stats");
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "{\"stage\": \"tracker\", \"boot_s\": %.2f, \"note\": \"%s\"}\n",
		ef_boot_seconds() - age_s, note);
	fclose(file);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static int check(void)
{
	why[0] = 0;
	return ef_health_check(path, why, sizeof(why));
}

static void fresh_statistics_are_healthy(void **state)
{
	(void)state;
	write_statistics(0.5, 0, "");
	assert_int_equal(check(), 0);
	/* The clock of the day was set forward or back. */
	write_statistics(0.5, 100000, "");
	assert_int_equal(check(), 0);
	write_statistics(0.5, -100000, "");
	assert_int_equal(check(), 0);
}

static void a_stage_writes_what_is_healthy(void **state)
{
	ef_stats_t *stats;

	(void)state;
	path = unit_path("", "of_a_stage");
	stats = ef_stats_new("test", path, 0);
	ef_stats_destroy(&stats);
	assert_int_equal(check(), 0);
}

static void a_stage_on_a_full_disk_is_healthy(void **state)
{
	(void)state;
	write_statistics(1000, 0, "");
	assert_int_equal(check(), 0);
}

static void old_statistics_are_not(void **state)
{
	(void)state;
	write_statistics(5, 5, "");
	assert_int_equal(check(), -1);
	assert_non_null(strstr(why, "5 s old"));
	write_statistics(5, -100000, "reads loading signs");
	assert_int_equal(check(), -1);
}

static void loading_may_take_a_minute(void **state)
{
	(void)state;
	write_statistics(40, 40, "loading fox");
	assert_int_equal(check(), 0);
	write_statistics(70, 70, "loading fox");
	assert_int_equal(check(), -1);
}

static void what_is_no_statistics_is_not(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "7", "\"note\"", "{\"note\": \"a"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		FILE *file = fopen(path = unit_path("", "garbage"), "w");

		fputs(texts[i], file);
		fclose(file);
		assert_int_equal(check(), -1);
		assert_non_null(strstr(why, "does not contain"));
	}
	path = unit_path("", "none");
	assert_int_equal(check(), -1);
	assert_non_null(strstr(why, "No such file"));
	path = "/";
	assert_int_equal(check(), -1);
}

static void a_time_to_come_is_not(void **state)
{
	(void)state;
	write_statistics(-1000, -1000, "");
	assert_int_equal(check(), -1);
	assert_non_null(strstr(why, "to come"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_statistics_are_healthy),
		cmocka_unit_test(a_stage_writes_what_is_healthy),
		cmocka_unit_test(a_stage_on_a_full_disk_is_healthy),
		cmocka_unit_test(old_statistics_are_not),
		cmocka_unit_test(loading_may_take_a_minute),
		cmocka_unit_test(what_is_no_statistics_is_not),
		cmocka_unit_test(a_time_to_come_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
