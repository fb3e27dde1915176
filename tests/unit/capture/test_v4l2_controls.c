/* Names of controls, and the list that --controls takes. Setting them on a webcam is tested
 * on a real driver, in tests/kernel. */
#include <string.h>

#include "capture/v4l2/v4l2_controls.h"
#include "tests/unit/unit.h"

static void normalises(const char *told, const char *wanted)
{
	char text[EF_CONTROL_TEXT];

	ef_control_normalise(told, text);
	assert_string_equal(text, wanted);
}

static void names_are_those_of_v4l2_ctl(void **state)
{
	(void)state;
	normalises("Brightness", "brightness");
	normalises("Exposure, Auto Priority", "exposure_auto_priority");
	normalises("Exposure (Absolute)", "exposure_absolute");
	normalises("White Balance Temperature, Auto", "white_balance_temperature_auto");
	normalises("  50 Hz ", "50_hz");
	normalises("power_line_frequency", "power_line_frequency");
	normalises("--", "");
	normalises("", "");
	/* Longer than any of V4L2's: cut, not overrun. */
	normalises("0123456789012345678901234567890123456789",
		"01234567890123456789012345678901234567");
}

static void names_of_other_versions_of_linux_are_known(void **state)
{
	(void)state;
	assert_true(ef_control_is("exposure_auto_priority", "Exposure, Auto Priority"));
	assert_true(ef_control_is("exposure_auto_priority", "Exposure, Dynamic Framerate"));
	assert_true(ef_control_is("exposure_dynamic_framerate", "Exposure, Auto Priority"));
	assert_true(ef_control_is("exposure_auto", "Auto Exposure"));
	assert_false(ef_control_is("exposure_auto", "Exposure, Auto Priority"));
	assert_false(ef_control_is("exposure", "Exposure (Absolute)"));
}

static void a_list_is_read(void **state)
{
	ef_controls_t controls;
	char why[128];

	(void)state;
	assert_int_equal(ef_controls_parse("exposure_auto_priority=0,power_line_frequency=1",
				 &controls, why, sizeof(why)),
		0);
	assert_int_equal(controls.count, 2);
	assert_string_equal(controls.wanted[0].name, "exposure_auto_priority");
	assert_string_equal(controls.wanted[0].value, "0");
	assert_string_equal(controls.wanted[1].name, "power_line_frequency");
	assert_string_equal(controls.wanted[1].value, "1");
	assert_int_equal(ef_controls_parse(" Exposure (Absolute) = -7 , Power Line Frequency=50 Hz",
				 &controls, why, sizeof(why)),
		0);
	assert_int_equal(controls.count, 2);
	assert_string_equal(controls.wanted[0].name, "exposure_absolute");
	assert_string_equal(controls.wanted[0].value, "-7");
	assert_string_equal(controls.wanted[1].value, "50 Hz");
}

static void mistakes_are_named(void **state)
{
	static const char *const wrong[][2] = {
		{"", "\"\""},
		{"gain", "\"gain\""},
		{"gain=", "\"gain=\""},
		{"gain= ,hue=1", "\"gain= \""},
		{"=1", "\"=1\""},
		{"--=1", "\"--=1\""},
		{"gain=1,", "\"\""},
		{"gain=1,,hue=2", "\"\""},
		{"hue=1,0123456789012345678901234567890123456789=1", "0123"},
		{"hue=0123456789012345678901234567890123456789", "0123"},
	};
	ef_controls_t controls;
	char why[128];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(ef_controls_parse(wrong[i][0], &controls, why, sizeof(why)), -1);
		assert_non_null(strstr(why, wrong[i][1]));
	}
}

static void too_many_are_refused(void **state)
{
	char text[8 * (EF_CONTROLS_MAX + 2)] = "", why[128];
	ef_controls_t controls;

	(void)state;
	for (int i = 0; i < EF_CONTROLS_MAX; i++) {
		strcat(text, i > 0 ? ",gain=1" : "gain=1");
	}
	assert_int_equal(ef_controls_parse(text, &controls, why, sizeof(why)), 0);
	assert_int_equal(controls.count, EF_CONTROLS_MAX);
	strcat(text, ",gain=1");
	assert_int_equal(ef_controls_parse(text, &controls, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "32"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_v4l2_ctl),
		cmocka_unit_test(names_of_other_versions_of_linux_are_known),
		cmocka_unit_test(a_list_is_read),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
