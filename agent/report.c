#include "agent/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "proto/stage/json.h"

/* As in supervise/status/status.sh. */
#define HUNG_S 4 /* a stage without new statistics for that long hangs */
#define STARTING_S 30 /* the longest time until the first statistics */
#define DEPTH_MAX 4 /* of the JSON that is read */

#define MS 1e6 /* ns */

void ef_supervised_parse(ef_supervised_t *supervised, const char *text)
{
	*supervised = (ef_supervised_t){0};
	if (sscanf(text, "%d %d %d %d", &supervised->pid, &supervised->began, &supervised->failures,
		    &supervised->until) != 4 ||
		supervised->pid <= 0) {
		*supervised = (ef_supervised_t){0};
	}
}

static json_object *parse(const char *text, size_t size)
{
	json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	json_object *object = json_tokener_parse_ex(tokener, text, (int)size);

	json_tokener_free(tokener);
	if (object != NULL && !json_object_is_type(object, json_type_object)) {
		json_object_put(object);
		object = NULL;
	}
	return object;
}

/* A number, or NAN. */
static double number(json_object *object, const char *key)
{
	json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value) ||
		!(json_object_is_type(value, json_type_double) ||
			json_object_is_type(value, json_type_int))) {
		return NAN;
	}
	return json_object_get_double(value);
}

/* Copies a text as valid UTF-8, up to the last whole character that fits. */
static void copy_text(json_object *object, const char *key, char *text, size_t size)
{
	json_object *value = NULL, *valid;
	const char *from;
	size_t length;

	text[0] = '\0';
	if (!json_object_object_get_ex(object, key, &value) ||
		!json_object_is_type(value, json_type_string)) {
		return;
	}
	valid = ef_json_text(json_object_get_string(value));
	from = json_object_get_string(valid);
	length = strnlen(from, size);
	if (length == size) {
		for (length = size - 1; length > 0 && ((unsigned char)from[length] & 0xc0) == 0x80;
			length--) {
		}
	}
	memcpy(text, from, length);
	text[length] = '\0';
	json_object_put(valid);
}

static void take_figures(ef_report_t *report, json_object *object)
{
	/* A stage reports a time of 0 when there was nothing to measure. */
	static const struct {
		ef_figure_t figure;
		const char *key;
		int is_time;
	} keys[] = {
		{EF_FIGURE_PID, "pid", 0},
		{EF_FIGURE_UPTIME_S, "uptime_s", 0},
		{EF_FIGURE_FPS, "recent_fps", 0},
		{EF_FIGURE_P50_MS, "recent_p50_ms", 1},
		{EF_FIGURE_P99_MS, "recent_p99_ms", 1},
		{EF_FIGURE_AGE_P50_MS, "recent_age_p50_ms", 1},
		{EF_FIGURE_AGE_P99_MS, "recent_age_p99_ms", 1},
		{EF_FIGURE_LOST, "recent_dropped", 0},
		{EF_FIGURE_REFUSED, "recent_bad", 0},
		{EF_FIGURE_SECONDS, "recent_s", 0},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		double value = number(object, keys[i].key);

		if (!keys[i].is_time || value != 0) {
			ef_report_set(report, keys[i].figure, value);
		}
	}
}

static void take_way(ef_report_t *report, json_object *object)
{
	double p50 = number(object, "recent_way_p50_ms") * MS;
	double p99 = number(object, "recent_way_p99_ms") * MS;
	ef_way_t way = {0};

	copy_text(object, "way_host", way.host, sizeof(way.host));
	if (way.host[0] != '\0' && fabs(p50) <= (double)EF_TIME_MAX &&
		fabs(p99) <= (double)EF_TIME_MAX) {
		way.p50_ns = llround(p50);
		way.p99_ns = llround(p99);
		report->way = way;
		report->has_way = 1;
	}
}

static const char *judge(const ef_report_t *report, int has_statistics, double written_s,
	const ef_supervised_t *supervised, double now_s)
{
	int loads = strncmp(report->note, "loading ", strlen("loading ")) == 0;

	if (supervised->pid > 0 && supervised->process == 0) {
		return "GONE";
	} else if (supervised->until > now_s) {
		return "BACKOFF";
	} else if (supervised->process == 'T') {
		return "HUNG";
	} else if (loads) {
		return "STARTING";
	} else if (!has_statistics) {
		return supervised->pid > 0 && now_s - supervised->began < STARTING_S ? "STARTING"
										     : "RUNNING";
	}
	return written_s >= HUNG_S ? "HUNG" : "RUNNING";
}

void ef_report_make(ef_report_t *report, const char *stage, const char *statistics, size_t size,
	double written_s, const ef_supervised_t *supervised, double now_s)
{
	json_object *object = parse(statistics, size);
	double news_s = now_s - number(object, "boot_s");
	const char *state;

	memset(report, 0, sizeof(*report));
	if (object != NULL) {
		copy_text(object, "note", report->note, sizeof(report->note));
		take_figures(report, object);
		take_way(report, object);
	}
	if (!isnan(news_s)) {
		ef_report_set(report, EF_FIGURE_NEWS_S, fmax(news_s, 0));
	}
	/* A clock that was set does not make a stage look hung, nor does a full disk. */
	state = judge(
		report, object != NULL, news_s < written_s ? news_s : written_s, supervised, now_s);
	if (strcmp(state, "BACKOFF") == 0 || strcmp(state, "GONE") == 0) {
		/* The figures are of an earlier run. */
		memset(report, 0, sizeof(*report));
	}
	snprintf(report->stage, sizeof(report->stage), "%s", stage);
	snprintf(report->state, sizeof(report->state), "%s", state);
	if (supervised->until > now_s) {
		ef_report_set(report, EF_FIGURE_STARTS_IN_S, supervised->until - now_s);
	}
	if (supervised->pid > 0) {
		ef_report_set(report, EF_FIGURE_PID, supervised->pid);
		ef_report_set(report, EF_FIGURE_UPTIME_S, now_s - supervised->began);
		ef_report_set(report, EF_FIGURE_FAILURES, supervised->failures);
	}
	json_object_put(object);
}
