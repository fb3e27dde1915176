#include "tools/health.h"

#include <errno.h>
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "proto/base/clock.h"

#define BYTES_MAX 65536 /* of statistics; a stage writes about 600 */

static const char loading[] = "loading ";

/* Parses the whole file. Returns an object, or NULL. */
static json_object *read_object(FILE *file)
{
	static char text[BYTES_MAX + 1];
	size_t size = fread(text, 1, BYTES_MAX, file);
	json_object *object;

	text[size] = 0;
	object = json_tokener_parse(text);
	if (!json_object_is_type(object, json_type_object)) {
		json_object_put(object);
		return NULL;
	}
	return object;
}

/* Seconds that have passed since a time; a time that is still to come tells nothing. */
static double since(double now, double then)
{
	return then <= now ? now - then : INFINITY;
}

static double age_of(json_object *statistics, const struct stat *file)
{
	struct timespec now;
	double touched, written = INFINITY;
	json_object *boot_s;

	clock_gettime(CLOCK_REALTIME, &now);
	touched = since((double)now.tv_sec, (double)file->st_mtim.tv_sec);
	if (json_object_object_get_ex(statistics, "boot_s", &boot_s)) {
		written = since(ef_boot_seconds(), json_object_get_double(boot_s));
	}
	return fmin(touched, written);
}

static int judge(json_object *statistics, const struct stat *file, char *why, size_t size)
{
	double age = age_of(statistics, file), limit = EF_HEALTH_FRESH_S;
	const char *note = "";
	json_object *value;

	if (json_object_object_get_ex(statistics, "note", &value)) {
		note = json_object_get_string(value);
	}
	if (note != NULL && strncmp(note, loading, strlen(loading)) == 0) {
		limit = EF_HEALTH_LOADING_S;
	}
	if (age < limit) {
		return 0;
	}
	if (isinf(age)) {
		snprintf(why, size, "the times of its statistics are still to come");
	} else {
		snprintf(why, size, "its last statistics are %.0f s old", age);
	}
	return -1;
}

int ef_health_check(const char *path, char *why, size_t size)
{
	FILE *file = fopen(path, "r");
	json_object *statistics = NULL;
	struct stat status;
	int result = -1;

	if (file == NULL) {
		snprintf(why, size, "there are no statistics: %s", strerror(errno));
		return -1;
	}
	if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode)) {
		statistics = read_object(file);
	}
	fclose(file);
	if (statistics == NULL) {
		snprintf(why, size, "this file does not contain the statistics of a stage");
	} else {
		result = judge(statistics, &status, why, size);
	}
	json_object_put(statistics);
	return result;
}
