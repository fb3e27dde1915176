/* Formats of the wire and V4L2's codes of them. */
#include "proto/v4l2/fourcc.h"

#include <linux/videodev2.h>

#include "tests/unit/unit.h"

static void codes_convert_both_ways(void **state)
{
	static const uint32_t wire[] = {EF_YUYV, EF_NV12, EF_I420, EF_MJPG, EF_GREY};

	(void)state;
	for (size_t i = 0; i < sizeof(wire) / sizeof(wire[0]); i++) {
		assert_int_not_equal(ef_fourcc_to_v4l2(wire[i]), 0);
		assert_int_equal(ef_fourcc_from_v4l2(ef_fourcc_to_v4l2(wire[i])), wire[i]);
	}
	assert_int_equal(ef_fourcc_to_v4l2(EF_I420), V4L2_PIX_FMT_YUV420);
	assert_int_equal(ef_fourcc_to_v4l2(EF_MJPG), V4L2_PIX_FMT_MJPEG);
	assert_int_equal(ef_fourcc_from_v4l2(V4L2_PIX_FMT_JPEG), EF_MJPG);
}

static void other_formats_have_no_code(void **state)
{
	(void)state;
	assert_int_equal(ef_fourcc_from_v4l2(V4L2_PIX_FMT_UYVY), 0);
	assert_int_equal(ef_fourcc_to_v4l2(EF_RGBA), 0);
}

static void names_are_those_of_the_wire(void **state)
{
	char text[5];

	(void)state;
	assert_string_equal(ef_fourcc_v4l2_name(V4L2_PIX_FMT_YUV420, text), "I420");
	assert_string_equal(ef_fourcc_v4l2_name(V4L2_PIX_FMT_YUYV, text), "YUYV");
	assert_string_equal(ef_fourcc_v4l2_name(V4L2_PIX_FMT_UYVY, text), "UYVY");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_convert_both_ways),
		cmocka_unit_test(other_formats_have_no_code),
		cmocka_unit_test(names_are_those_of_the_wire),
	};

	return cmocka_run_group_tests_name("fourcc", tests, NULL, NULL);
}
