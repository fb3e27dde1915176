#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/tracker/grey_jpeg.h"
#include "tracker/dlib_detector.h"

static void blank_image_has_no_face(void **state)
{
	static uint8_t blank[320 * 240];
	const ef_luma_t luma = {blank, 320, 320, 240}, tiny = {blank, 1, 1, 1};
	ef_detector_t *detector = ef_detector_new();
	ef_found_t found[4];

	(void)state;
	assert_non_null(detector);
	memset(blank, 128, sizeof(blank));
	assert_int_equal(ef_detector_find(detector, &luma, 0, found, 4), 0);
	assert_int_equal(ef_detector_find(detector, &tiny, 0, found, 4), 0);
	ef_detector_destroy(&detector);
	assert_null(detector);
	ef_detector_destroy(&detector);
}

static void performer_is_found_in_each_frame(void **state)
{
	ef_detector_t *detector = ef_detector_new();

	(void)state;
	for (size_t i = 0; i < PERFORMER_FRAMES; i++) {
		ef_luma_t luma = {0};
		uint8_t *data = grey_jpeg_read(performer_frames[i], &luma.w, &luma.h);
		ef_found_t found[4];

		assert_non_null(data);
		luma.data = data;
		luma.stride = luma.w;
		assert_int_equal(ef_detector_find(detector, &luma, 0, found, 4), 1);
		assert_true(found[0].score > 0);
		assert_in_range(found[0].box[2], 180, 250);
		assert_in_range(found[0].box[0], 50, 150);
		assert_in_range(found[0].box[1], 50, 90);
		free(data);
	}
	ef_detector_destroy(&detector);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blank_image_has_no_face),
		cmocka_unit_test(performer_is_found_in_each_frame),
	};

	return cmocka_run_group_tests_name("dlib_detector", tests, NULL, NULL);
}
