#include "normaliser/person/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "normaliser/geometry/face_model.h"
#include "proto/base/memory.h"
#include "proto/stage/json.h"

/* The end of the name of a file that is not complete: effigy calibrate removes what is left of killed
 * runs. */
#define TEMPORARY ".effigy"

#define DEPTH 4 /* of the JSON, at most */

/* No landmark of a person's neutral face is further from the mean face's: widths of the head. */
#define OFF_MEAN 0.4

/* Numbers with the digits that they are worth. */
#define DIGITS "%.5f"

/* A field: the numbers of an array, or a single one, and what they can be. */
typedef struct {
	const char *name;
	size_t at; /* of its first number in the struct, which consists of numbers only */
	size_t count;
	double low, high;
} field_t;

/* Of an array of floats. */
#define AT(member) (offsetof(ef_reading_t, member) / sizeof(float))
static const field_t reading_fields[] = {
	{"lids", AT(lids), 2, 0, 1},
	{"gaze", AT(gaze), 4, -1.6, 1.6},
	{"brows", AT(brows), 4, -2, 2},
	{"mouth", AT(mouth), 2, -2, 2},
	{"sure", AT(sure), 3, 0, 1},
};

/* Of arrays of doubles: ef_gains_t, and lips and lids. */
static const field_t gain_fields[] = {
	{"smile", 0, 1, EF_GAIN_MIN, EF_GAIN_MAX},
	{"open", 1, 1, EF_GAIN_MIN, EF_GAIN_MAX},
	{"brows_up", 2, 1, EF_GAIN_MIN, EF_GAIN_MAX},
	{"brows_down", 3, 1, EF_GAIN_MIN, EF_GAIN_MAX},
};
static const field_t reach_fields[] = {
	{"lips", 0, 1, -0.1, 0.3},
	{"lids", 1, 1, 0.3, 1},
};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* --- Reading --------------------------------------------------------------------------------- */

/* Returns 0, or -1 for what is no number within the limits. */
static int take_number(json_object *value, double low, double high, double *number)
{
	if (!json_object_is_type(value, json_type_double) &&
		!json_object_is_type(value, json_type_int)) {
		return -1;
	}
	*number = json_object_get_double(value);
	/* Also false for NaN. */
	return *number >= low && *number <= high ? 0 : -1;
}

static int take_array(const json_object *object, const field_t *field, double *numbers)
{
	json_object *array = json_object_object_get(object, field->name);

	if (!json_object_is_type(array, json_type_array) ||
		json_object_array_length(array) != field->count) {
		return -1;
	}
	for (size_t i = 0; i < field->count; i++) {
		if (take_number(json_object_array_get_idx(array, i), field->low, field->high,
			    &numbers[i]) == -1) {
			return -1;
		}
	}
	return 0;
}

/* Returns the name of the first field that is missing or not valid, or NULL. */
static const char *take_singles(
	const json_object *object, const field_t *fields, size_t count, double *into)
{
	for (size_t i = 0; i < count; i++) {
		if (take_number(json_object_object_get(object, fields[i].name), fields[i].low,
			    fields[i].high, &into[fields[i].at]) == -1) {
			return fields[i].name;
		}
	}
	return NULL;
}

static int is_face(const ef_landmarks_t *landmarks)
{
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double off = hypot(landmarks->p[i][0] - ef_face_model[i][0],
			landmarks->p[i][1] - ef_face_model[i][1]);

		/* Also false for NaN. */
		if (!(off < OFF_MEAN)) {
			return 0;
		}
	}
	return 1;
}

static const char *take_landmarks(const json_object *object, ef_landmarks_t *landmarks)
{
	const field_t field = {"landmarks", 0, 2 * EF_LANDMARKS, -1.5, 1.5};

	if (take_array(object, &field, &landmarks->p[0][0]) == -1) {
		return field.name;
	}
	return is_face(landmarks) ? NULL : field.name;
}

static const char *take_reading(const json_object *object, ef_profile_t *profile)
{
	json_object *read;

	if (!json_object_object_get_ex(object, "read", &read)) {
		return "read";
	}
	profile->is_read = read != NULL;
	for (size_t i = 0; read != NULL && i < COUNT(reading_fields); i++) {
		const field_t *field = &reading_fields[i];
		float *into = (float *)&profile->read + field->at;
		double numbers[4];

		if (!json_object_is_type(read, json_type_object) ||
			take_array(read, field, numbers) == -1) {
			return "read";
		}
		for (size_t k = 0; k < field->count; k++) {
			into[k] = (float)numbers[k];
		}
	}
	return NULL;
}

static const char *take_gains(const json_object *object, ef_gains_t *gains)
{
	json_object *value = json_object_object_get(object, "gains");

	if (!json_object_is_type(value, json_type_object) ||
		take_singles(value, gain_fields, COUNT(gain_fields), (double *)gains) != NULL) {
		return "gains";
	}
	return NULL;
}

static int take_profile(
	const json_object *object, ef_profile_t *profile, char *why, size_t why_size)
{
	json_object *version = json_object_object_get(object, "effigy_face");
	double reach[2];
	const char *bad;

	if (!json_object_is_type(version, json_type_int)) {
		snprintf(why, why_size, "it is not the profile of a face");
		return -1;
	}
	if (json_object_get_int64(version) != EF_PROFILE_VERSION) {
		snprintf(why, why_size,
			"its format version is %lld, but only version %d is supported",
			(long long)json_object_get_int64(version), EF_PROFILE_VERSION);
		return -1;
	}
	bad = take_landmarks(object, &profile->landmarks);
	bad = bad != NULL ? bad : take_reading(object, profile);
	bad = bad != NULL ? bad : take_singles(object, reach_fields, COUNT(reach_fields), reach);
	bad = bad != NULL ? bad : take_gains(object, &profile->gains);
	if (bad != NULL) {
		snprintf(why, why_size, "\"%s\" is missing, or not what a face can have", bad);
		return -1;
	}
	profile->lips = reach[0];
	profile->lids = reach[1];
	return 0;
}

static int parse(ef_profile_t *profile, const char *text, size_t size, char *why, size_t why_size)
{
	json_tokener *tokener = json_tokener_new_ex(DEPTH);
	json_object *object;
	int result = -1;

	if (tokener == NULL) {
		snprintf(why, why_size, "out of memory");
		return -1;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	object = json_tokener_parse_ex(tokener, text, (int)size);
	if (json_object_is_type(object, json_type_object)) {
		result = take_profile(object, profile, why, why_size);
	} else {
		snprintf(why, why_size, "it is not the profile of a face, or it is truncated");
	}
	json_object_put(object);
	json_tokener_free(tokener);
	return result;
}

int ef_profile_load(ef_profile_t *profile, const char *path, char *why, size_t why_size)
{
	/* Without waiting for the writer of a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *file = fd == -1 ? NULL : fdopen(fd, "r");
	char *text;
	size_t size;
	int result = -1;

	*profile = (ef_profile_t){0};
	if (file == NULL) {
		snprintf(why, why_size, "%s", strerror(errno));
		return -1;
	}
	text = ef_memory_new(EF_PROFILE_BYTES + 1);
	size = fread(text, 1, EF_PROFILE_BYTES + 1, file);
	if (ferror(file)) {
		snprintf(why, why_size, "%s", strerror(errno));
	} else if (size > EF_PROFILE_BYTES) {
		snprintf(why, why_size, "it is larger than the profile of a face");
	} else {
		result = parse(profile, text, size, why, why_size);
	}
	free(text);
	fclose(file);
	return result;
}

/* --- Writing --------------------------------------------------------------------------------- */

static json_object *make_number(double value, const field_t *field)
{
	return ef_json_number(fmin(fmax(value, field->low), field->high), DIGITS);
}

static void put_singles(
	json_object *object, const field_t *fields, size_t count, const double *from)
{
	for (size_t i = 0; i < count; i++) {
		json_object_object_add(
			object, fields[i].name, make_number(from[fields[i].at], &fields[i]));
	}
}

static json_object *make_reading(const ef_reading_t *read)
{
	json_object *object = json_object_new_object();

	for (size_t i = 0; i < COUNT(reading_fields); i++) {
		const field_t *field = &reading_fields[i];
		const float *from = (const float *)read + field->at;
		json_object *array = json_object_new_array_ext((int)field->count);

		for (size_t k = 0; k < field->count; k++) {
			json_object_array_add(array, make_number(from[k], field));
		}
		json_object_object_add(object, field->name, array);
	}
	return object;
}

static json_object *make_profile(const ef_profile_t *profile)
{
	const double reach[2] = {profile->lips, profile->lids};
	json_object *object = json_object_new_object(), *gains = json_object_new_object();
	json_object *landmarks = json_object_new_array_ext(2 * EF_LANDMARKS);

	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		json_object_array_add(
			landmarks, ef_json_number(profile->landmarks.p[i / 2][i % 2], DIGITS));
	}
	put_singles(gains, gain_fields, COUNT(gain_fields), (const double *)&profile->gains);
	json_object_object_add(object, "effigy_face", json_object_new_int(EF_PROFILE_VERSION));
	json_object_object_add(object, "landmarks", landmarks);
	json_object_object_add(
		object, "read", profile->is_read ? make_reading(&profile->read) : NULL);
	put_singles(object, reach_fields, COUNT(reach_fields), reach);
	json_object_object_add(object, "gains", gains);
	return object;
}

/* Returns 0, or -1 with errno. Closes the file. */
static int write_all(int fd, const ef_profile_t *profile)
{
	FILE *file = fdopen(fd, "w");
	int result;

	if (file == NULL) {
		close(fd);
		return -1;
	}
	result = ef_json_write(file, make_profile(profile)) == -1 || fflush(file) == EOF ||
				 fsync(fd) == -1
			 ? -1
			 : 0;
	return fclose(file) == EOF ? -1 : result;
}

int ef_profile_save(const ef_profile_t *profile, const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
	char *new;
	int fd, result = -1, reason;

	if (!is_face(&profile->landmarks)) {
		errno = ERANGE;
		return -1;
	}
	new = ef_memory_print("%.*s.%s.XXXXXX" TEMPORARY, folder, path, path + folder);
	fd = mkstemps(new, sizeof(TEMPORARY) - 1);
	if (fd != -1) {
		result = write_all(fd, profile) == 0 ? rename(new, path) : -1;
		reason = errno;
		if (result == -1) {
			unlink(new);
		}
		errno = reason;
	}
	free(new);
	return result;
}
