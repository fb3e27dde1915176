/* The file of a profile: read as written, refused with the reason when it is broken. */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "normaliser/geometry/face_model.h"
#include "normaliser/person/profile.h"
#include "tests/unit/unit.h"

static ef_profile_t make(void)
{
	ef_profile_t profile = {.is_read = 1,
		.read = {.lids = {0.1F, 0.2F},
			.gaze = {0.01F, -0.02F, 0.03F, -0.04F},
			.brows = {0.3F, 0.1F, 0.4F, 0.2F},
			.mouth = {0.05F, 0},
			.sure = {0.9F, 0.8F, 0.7F}},
		.lips = -0.01,
		.lids = 0.6,
		.gains = {1.1, 1.2, 1.3, 0.9}};

	ef_landmarks_mean(&profile.landmarks);
	profile.landmarks.p[8][1] -= 0.1;
	return profile;
}

static const char *path(void)
{
	static const char *one;

	one = one != NULL ? one : unit_path("", "profile");
	return one;
}

static void write_text(const char *text, size_t size)
{
	FILE *file = fopen(path(), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	fclose(file);
}

static void refuse(const char *text, size_t size, const char *reason)
{
	ef_profile_t profile;
	char why[256] = "";

	write_text(text, size);
	assert_int_equal(ef_profile_load(&profile, path(), why, sizeof(why)), -1);
	if (strstr(why, reason) == NULL) {
		fail_msg("\"%s\" does not say \"%s\" of %.*s", why, reason, (int)size, text);
	}
}

static size_t valid(char text[EF_PROFILE_BYTES])
{
	const ef_profile_t profile = make();
	FILE *file;
	size_t size;

	assert_int_equal(ef_profile_save(&profile, path()), 0);
	file = fopen(path(), "rb");
	assert_non_null(file);
	size = fread(text, 1, EF_PROFILE_BYTES - 1, file);
	text[size] = '\0';
	fclose(file);
	return size;
}

static void it_is_read_as_written(void **state)
{
	const ef_profile_t profile = make();
	ef_profile_t read;
	char why[256];
	struct stat file;

	(void)state;
	assert_int_equal(ef_profile_save(&profile, path()), 0);
	assert_int_equal(stat(path(), &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	assert_int_equal(ef_profile_load(&read, path(), why, sizeof(why)), 0);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		assert_float_equal(read.landmarks.p[i][0], profile.landmarks.p[i][0], 1e-5);
		assert_float_equal(read.landmarks.p[i][1], profile.landmarks.p[i][1], 1e-5);
	}
	assert_true(read.is_read);
	for (size_t i = 0; i < sizeof(ef_reading_t) / sizeof(float); i++) {
		assert_float_equal(
			((float *)&read.read)[i], ((const float *)&profile.read)[i], 1e-5);
	}
	assert_float_equal(read.lips, profile.lips, 1e-5);
	assert_float_equal(read.lids, profile.lids, 1e-5);
	assert_float_equal(read.gains.smile, 1.1, 1e-5);
	assert_float_equal(read.gains.open, 1.2, 1e-5);
	assert_float_equal(read.gains.brows_up, 1.3, 1e-5);
	assert_float_equal(read.gains.brows_down, 0.9, 1e-5);
}

static void a_face_without_readings_is_allowed(void **state)
{
	ef_profile_t profile = make(), read;
	char why[256];

	(void)state;
	profile.is_read = 0;
	assert_int_equal(ef_profile_save(&profile, path()), 0);
	assert_int_equal(ef_profile_load(&read, path(), why, sizeof(why)), 0);
	assert_false(read.is_read);
}

static void what_is_written_can_be_read(void **state)
{
	ef_profile_t profile = make(), read;
	char why[256];

	(void)state;
	profile.read.lids[0] = 7;
	profile.read.gaze[1] = -9;
	profile.lips = -3;
	profile.lids = 0;
	profile.gains.open = 20;
	assert_int_equal(ef_profile_save(&profile, path()), 0);
	assert_int_equal(ef_profile_load(&read, path(), why, sizeof(why)), 0);
	assert_float_equal(read.gains.open, EF_GAIN_MAX, 1e-6);
	assert_float_equal(read.read.lids[0], 1, 1e-6);
	/* What is no face is not written: the old one stays. */
	profile.landmarks.p[30][0] = 3;
	assert_int_equal(ef_profile_save(&profile, path()), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(ef_profile_load(&read, path(), why, sizeof(why)), 0);
}

static void a_truncated_one_is_refused(void **state)
{
	char text[EF_PROFILE_BYTES];
	size_t size = valid(text);

	(void)state;
	/* The last two bytes are the brace and the end of the line. */
	for (size_t i = 0; i + 1 < size; i++) {
		refuse(text, i, "truncated");
	}
}

/* Replaces a part of a valid profile, which must be there. */
static void change(const char *old, const char *new, const char *reason)
{
	char text[EF_PROFILE_BYTES], changed[2 * EF_PROFILE_BYTES];
	const char *at;

	valid(text);
	at = strstr(text, old);
	assert_non_null(at);
	snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text, new,
		at + strlen(old));
	refuse(changed, strlen(changed), reason);
}

static void broken_ones_are_refused(void **state)
{
	(void)state;
	change("\"effigy_face\":1", "\"effigy_face\":2", "version is 2, but only version 1");
	change("\"effigy_face\":1", "\"effigy_face\":\"1\"", "not the profile");
	change("\"effigy_face\":1,", "", "not the profile");
	change("\"lips\":-0.01000", "\"lips\":NaN", "\"lips\"");
	change("\"lips\":-0.01000", "\"lips\":Infinity", "\"lips\"");
	change("\"lips\":-0.01000", "\"lips\":1e999", "\"lips\"");
	change("\"lips\":-0.01000", "\"lips\":\"0\"", "\"lips\"");
	change("\"lips\":-0.01000", "\"lips\":9", "\"lips\"");
	change("\"lids\":0.60000", "\"lids\":0", "\"lids\"");
	change("\"lids\":0.60000,", "", "\"lids\"");
	change("\"smile\":1.10000", "\"smile\":1.7", "\"gains\"");
	change("\"smile\":1.10000", "\"smile\":null", "\"gains\"");
	change("\"gains\":{", "\"gains\":[],\"other\":{", "\"gains\"");
	change("\"read\":{", "\"read\":7,\"other\":{", "\"read\"");
	change("\"read\":{", "\"other\":{", "\"read\"");
	change("\"sure\":[0.90000,", "\"sure\":[", "\"read\"");
	change("\"sure\":[0.90000,", "\"sure\":[-1,", "\"read\"");
	change("\"landmarks\":[-0.50000", "\"landmarks\":[0", "\"landmarks\"");
	change("\"landmarks\":[-0.50000", "\"landmarks\":[1e9", "\"landmarks\"");
	change("\"landmarks\":[-0.50000", "\"landmarks\":[null", "\"landmarks\"");
	change("\"landmarks\":[", "\"landmarks\":[0,", "\"landmarks\"");
	change("\"landmarks\":[", "\"landmarks\":{},\"x\":[", "\"landmarks\"");
	change("{\"effigy", "[[[[[[{\"effigy", "not the profile");
	change("}}", "}} and more", "not the profile");
}

static void other_files_are_refused(void **state)
{
	static char large[EF_PROFILE_BYTES + 1];
	ef_profile_t profile;
	char why[256] = "";

	(void)state;
	refuse("", 0, "truncated");
	refuse("null", 4, "not the profile");
	refuse("[1]", 3, "not the profile");
	refuse("{}", 2, "not the profile");
	refuse("\0\0\0\0", 4, "not the profile");
	memset(large, ' ', sizeof(large));
	refuse(large, sizeof(large), "larger");
	assert_int_equal(ef_profile_load(&profile, "/nowhere/me", why, sizeof(why)), -1);
	assert_string_equal(why, "No such file or directory");
	assert_int_equal(ef_profile_load(&profile, "/tmp", why, sizeof(why)), -1);
	assert_string_equal(why, "Is a directory");
	assert_int_equal(ef_profile_load(&profile, "/dev/zero", why, sizeof(why)), -1);
	/* A pipe that nobody writes to. */
	unlink(path());
	assert_int_equal(mkfifo(path(), 0600), 0);
	assert_int_equal(ef_profile_load(&profile, path(), why, sizeof(why)), -1);
	unlink(path());
}

static void what_cannot_be_written_changes_nothing(void **state)
{
	const ef_profile_t profile = make();
	const char *folder = unit_path("", "folder");
	char inner[512], command[1024];

	(void)state;
	assert_int_equal(ef_profile_save(&profile, "/nowhere/me"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(ef_profile_save(&profile, "/dev/full/me"), -1);
	/* A folder is in its place: the temporary file is removed again. */
	snprintf(inner, sizeof(inner), "%s/me", folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_int_equal(ef_profile_save(&profile, inner), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir(inner), 0);
	snprintf(command, sizeof(command), "test -z \"$(ls -A '%s')\"", folder);
	assert_int_equal(system(command), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_read_as_written),
		cmocka_unit_test(a_face_without_readings_is_allowed),
		cmocka_unit_test(what_is_written_can_be_read),
		cmocka_unit_test(a_truncated_one_is_refused),
		cmocka_unit_test(broken_ones_are_refused),
		cmocka_unit_test(other_files_are_refused),
		cmocka_unit_test(what_cannot_be_written_changes_nothing),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
