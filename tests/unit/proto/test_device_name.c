/* Names of devices and files. */
#include "proto/v4l2/device_name.h"

#include "tests/unit/unit.h"

static void devices_and_files_are_told_apart(void **state)
{
	(void)state;
	assert_true(ef_name_is_device("/dev/video10"));
	assert_true(ef_name_is_device("/dev/v4l/by-id/usb-cam"));
	assert_true(ef_name_is_device("0"));
	assert_true(ef_name_is_device("camera:C920"));
	assert_false(ef_name_is_device("camera:"));
	assert_false(ef_name_is_device("10.mp4"));
	assert_false(ef_name_is_device("-"));
	assert_false(ef_name_is_device(""));
}

static void the_label_follows_the_prefix(void **state)
{
	(void)state;
	assert_string_equal(ef_name_label("camera:HD Pro"), "HD Pro");
	assert_null(ef_name_label("camera:"));
	assert_null(ef_name_label("/dev/video0"));
}

static void a_number_becomes_a_path(void **state)
{
	char path[16];

	(void)state;
	ef_name_path("7", path, sizeof(path));
	assert_string_equal(path, "/dev/video7");
	ef_name_path("/dev/video8", path, sizeof(path));
	assert_string_equal(path, "/dev/video8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_and_files_are_told_apart),
		cmocka_unit_test(the_label_follows_the_prefix),
		cmocka_unit_test(a_number_becomes_a_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
