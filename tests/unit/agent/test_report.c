/* The report of a stage: figures, and the state that they and the supervisor's files show. */
#include <stdlib.h>
#include <string.h>

#include "agent/report.h"
#include "tests/unit/unit.h"

#define NOW 1000.0
#define WELL                                                                                       \
	"{\"stage\":\"tracker\",\"pid\":7,\"uptime_s\":50.0,\"recent_s\":10.0,"                    \
	"\"recent_fps\":29.5,\"recent_p50_ms\":0.000,\"recent_p99_ms\":12.5,\"recent_dropped\":3," \
	"\"recent_bad\":0,\"recent_age_p50_ms\":8.25,\"recent_age_p99_ms\":9.0,"                   \
	"\"way_host\":\"5f1c2a9e\",\"recent_way_p50_ms\":-8640000000.250,"                         \
	"\"recent_way_p99_ms\":1.5,\"boot_s\":999.50,\"note\":\"one face\"}"

static ef_report_t report;

static void make(const char *statistics, double written_s, const ef_supervised_t *supervised)
{
	static const ef_supervised_t nobody;

	ef_report_make(&report, "tracker", statistics, strlen(statistics), written_s,
		supervised != NULL ? supervised : &nobody, NOW);
}

static void assert_figure(ef_figure_t figure, float value)
{
	assert_true(report.known >> figure & 1);
	assert_float_equal(report.figures[figure], value, 1e-3f);
}

static void figures_come_from_the_statistics(void **state)
{
	(void)state;
	make(WELL, 0.5, NULL);
	assert_string_equal(report.stage, "tracker");
	assert_string_equal(report.state, "RUNNING");
	assert_string_equal(report.note, "one face");
	assert_figure(EF_FIGURE_PID, 7);
	assert_figure(EF_FIGURE_FPS, 29.5f);
	assert_figure(EF_FIGURE_P99_MS, 12.5f);
	assert_figure(EF_FIGURE_LOST, 3);
	assert_figure(EF_FIGURE_NEWS_S, 0.5f);
	/* A time of 0 was not measured. */
	assert_false(report.known >> EF_FIGURE_P50_MS & 1);
	assert_true(report.has_way);
	assert_string_equal(report.way.host, "5f1c2a9e");
	assert_true(report.way.p50_ns == INT64_C(-8640000000250000));
	assert_true(report.way.p99_ns == 1500000);
}

static void the_supervisor_knows_pid_and_uptime(void **state)
{
	ef_supervised_t supervised = {
		.pid = 99, .began = 900, .failures = 2, .until = 900, .process = 'S'};

	(void)state;
	make(WELL, 0.5, &supervised);
	assert_string_equal(report.state, "RUNNING");
	assert_figure(EF_FIGURE_PID, 99);
	assert_figure(EF_FIGURE_UPTIME_S, 100);
	assert_figure(EF_FIGURE_FAILURES, 2);
}

static void states(void **state)
{
	ef_supervised_t waits = {
		.pid = 9, .began = 995, .failures = 4, .until = 1003, .process = 'S'};
	ef_supervised_t young = {.pid = 9, .began = 995, .until = 995, .process = 'S'};
	ef_supervised_t old = {.pid = 9, .began = 900, .until = 900, .process = 'S'};

	(void)state;
	make(WELL, 3600, NULL); /* the clock was set: the boot time counts */
	assert_string_equal(report.state, "RUNNING");
	make("{\"boot_s\":900}", 0.5, NULL); /* the disk is full, and the file was touched */
	assert_string_equal(report.state, "RUNNING");
	make("{\"boot_s\":900}", 100, NULL);
	assert_string_equal(report.state, "HUNG");
	make("{\"boot_s\":900,\"note\":\"loading dlib\"}", 100, NULL);
	assert_string_equal(report.state, "STARTING");
	make(WELL, 0.5, &waits);
	assert_string_equal(report.state, "BACKOFF");
	assert_figure(EF_FIGURE_STARTS_IN_S, 3);
	assert_false(report.known >> EF_FIGURE_FPS & 1);
	make("", 0, &young);
	assert_string_equal(report.state, "STARTING");
	make("", 0, &old); /* other people's stages may write no statistics */
	assert_string_equal(report.state, "RUNNING");
	young.process = 'T';
	make(WELL, 0.5, &young);
	assert_string_equal(report.state, "HUNG");
	young.process = 0;
	make(WELL, 0.5, &young);
	assert_string_equal(report.state, "GONE");
	assert_string_equal(report.note, "");
}

static void anything_may_be_in_the_files(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "null", "7", "\"text\"",
		"{\"recent_fps\":\"30\",\"note\":7,\"way_host\":{}}",
		"{\"recent_fps\":1e300,\"recent_dropped\":-1e308}",
		"{\"recent_way_p50_ms\":1e300,\"recent_way_p99_ms\":0,\"way_host\":\"h\"}",
		"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		make(texts[i], 0, NULL);
		assert_string_equal(report.note, "");
		assert_false(report.known >> EF_FIGURE_FPS & 1);
		assert_false(report.has_way);
	}
}

static void a_long_note_ends_with_a_whole_character(void **state)
{
	char text[512] = "{\"note\":\"";

	(void)state;
	for (int i = 0; i < 80; i++) {
		strcat(text, "\xc3\xa9"); /* e with an accent */
	}
	strcat(text, "\"}");
	make(text, 0, NULL);
	assert_int_equal(strlen(report.note), 126);
}

static void only_a_whole_line_of_the_supervisor_counts(void **state)
{
	ef_supervised_t supervised;

	(void)state;
	ef_supervised_parse(&supervised, "12 34 5 67\n");
	assert_int_equal(supervised.pid, 12);
	assert_int_equal(supervised.until, 67);
	ef_supervised_parse(&supervised, "12 34");
	assert_int_equal(supervised.pid, 0);
	ef_supervised_parse(&supervised, "-1 34 5 67");
	assert_int_equal(supervised.pid, 0);
	assert_int_equal(supervised.began, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_come_from_the_statistics),
		cmocka_unit_test(the_supervisor_knows_pid_and_uptime),
		cmocka_unit_test(states),
		cmocka_unit_test(anything_may_be_in_the_files),
		cmocka_unit_test(a_long_note_ends_with_a_whole_character),
		cmocka_unit_test(only_a_whole_line_of_the_supervisor_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
