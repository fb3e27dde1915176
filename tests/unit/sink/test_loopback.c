/* Virtual cameras: found by label, described in text. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink/loopback/loopback.h"
#include "tests/unit/unit.h"

static const ef_loopback_t devices[] = {
	{.path = "/dev/video9", .label = "OBS Cam", .output = 1, .camera = 1},
	{.path = "/dev/video10", .label = "Effigy", .output = 1},
	{.path = "/dev/video11", .label = "Effigy", .camera = 1, .format = "YUYV 640x480"},
};

static void a_label_matches_whole_in_any_case(void **state)
{
	(void)state;
	assert_ptr_equal(ef_loopback_find(devices, 3, "camera:effigy"), &devices[1]);
	assert_ptr_equal(ef_loopback_find(devices, 3, "camera:OBS CAM"), &devices[0]);
	assert_null(ef_loopback_find(devices, 3, "camera:Eff"));
	assert_null(ef_loopback_find(devices, 3, "camera:Effigy 2"));
	assert_null(ef_loopback_find(devices, 0, "camera:Effigy"));
}

static void a_path_or_a_number_matches_the_path(void **state)
{
	(void)state;
	assert_ptr_equal(ef_loopback_find(devices, 3, "/dev/video10"), &devices[1]);
	assert_ptr_equal(ef_loopback_find(devices, 3, "9"), &devices[0]);
	assert_null(ef_loopback_find(devices, 3, "/dev/video1"));
	assert_null(ef_loopback_find(devices, 3, "Effigy"));
}

static void the_error_lists_the_other_labels(void **state)
{
	char why[256], little[24];

	(void)state;
	ef_loopback_explain(devices, 2, "camera:Nobody", why, sizeof(why));
	assert_string_equal(why,
		"no virtual camera named Nobody; found: OBS Cam, Effigy; see effigy-sink --list");
	ef_loopback_explain(devices, 0, "camera:Nobody", why, sizeof(why));
	assert_string_equal(why, "no virtual camera named Nobody, and no other one either; make "
				 "one with: sudo effigy camera install");
	ef_loopback_explain(devices, 1, "/dev/video3", why, sizeof(why));
	assert_string_equal(
		why, "no virtual camera /dev/video3; found: OBS Cam; see effigy-sink --list");
	ef_loopback_explain(devices, 3, "camera:Nobody", little, sizeof(little));
	assert_int_equal(strlen(little), sizeof(little) - 1);
}

static void formats_are_read_from_sysfs(void **state)
{
	char format[32];

	(void)state;
	ef_loopback_format("YUYV:320x240@10/1", format, sizeof(format));
	assert_string_equal(format, "YUYV 320x240");
	ef_loopback_format("YU12:65535x65535", format, sizeof(format));
	assert_string_equal(format, "I420 65535x65535");
	ef_loopback_format("", format, sizeof(format));
	assert_string_equal(format, "");
	ef_loopback_format("unheard of", format, sizeof(format));
	assert_string_equal(format, "");
}

static void expect_line(ef_loopback_t device, const char *holders, const char *wanted)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	ef_loopback_print(file, &device, holders);
	fclose(file);
	assert_string_equal(text, wanted);
	free(text);
}

static void a_device_is_one_line(void **state)
{
	(void)state;
	expect_line(devices[0], "", "/dev/video9\tOBS Cam\toutput and camera\t-\t-\n");
	expect_line(devices[1], "zoom (pid 7)", "/dev/video10\tEffigy\toutput\t-\tzoom (pid 7)\n");
	expect_line(devices[2], "", "/dev/video11\tEffigy\tcamera\tYUYV 640x480\t-\n");
	expect_line((ef_loopback_t){.path = "/dev/video1", .label = "a\tb\x1b"}, "",
		"/dev/video1\ta?b?\tneither\t-\t-\n");
	expect_line((ef_loopback_t){.path = "/dev/video1"}, "", "/dev/video1\t-\tneither\t-\t-\n");
	expect_line((ef_loopback_t){.path = "/dev/video1", .label = "a", .error = EACCES}, "",
		"/dev/video1\ta\tno permission\t-\t-\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_matches_whole_in_any_case),
		cmocka_unit_test(a_path_or_a_number_matches_the_path),
		cmocka_unit_test(the_error_lists_the_other_labels),
		cmocka_unit_test(formats_are_read_from_sysfs),
		cmocka_unit_test(a_device_is_one_line),
	};

	return cmocka_run_group_tests_name("loopback", tests, NULL, NULL);
}
