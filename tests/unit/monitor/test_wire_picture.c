#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "monitor/wire_picture.h"

/* A grey image has the same grey in every format. */
static void every_format_is_converted(void **state)
{
	const uint32_t formats[] = {EF_I420, EF_NV12, EF_YUYV, EF_GREY, EF_RGBA};
	ef_jpeg_t *jpeg = ef_jpeg_new();
	ef_canvas_t canvas = {0};
	const char *why = NULL;

	(void)state;
	for (int i = 0; i < 5; i++) {
		ef_image_t image = {formats[i], 33, 17, NULL, ef_image_size(formats[i], 33, 17)};
		uint8_t *data = malloc(image.size);

		memset(data, 128, image.size);
		image.data = data;
		assert_int_equal(ef_picture_read(jpeg, &image, &canvas, &why), 0);
		assert_int_equal(canvas.w, 33);
		for (int p = 0; p < 33 * 17; p++) {
			assert_in_range(canvas.pixels[4 * p], 126, 132);
			assert_in_range(canvas.pixels[4 * p + 2], 126, 132);
		}
		free(data);
	}
	ef_canvas_finish(&canvas);
	ef_jpeg_destroy(&jpeg);
}

static void colours_are_kept(void **state)
{
	const uint8_t rgba[] = {255, 0, 0, 255, 0, 0, 255, 255};
	const uint8_t i420[] = {81, 81, 81, 81, 90, 240}; /* red, BT.601 */
	const ef_image_t one = {EF_RGBA, 2, 1, rgba, sizeof(rgba)};
	const ef_image_t two = {EF_I420, 2, 2, i420, sizeof(i420)};
	ef_jpeg_t *jpeg = ef_jpeg_new();
	ef_canvas_t canvas = {0};
	const char *why = NULL;

	(void)state;
	assert_int_equal(ef_picture_read(jpeg, &one, &canvas, &why), 0);
	assert_memory_equal(canvas.pixels, "\0\0\xff\xff\xff\0\0\xff", 8);
	assert_int_equal(ef_picture_read(jpeg, &two, &canvas, &why), 0);
	assert_in_range(canvas.pixels[2], 250, 255);
	assert_in_range(canvas.pixels[0], 0, 5);
	ef_canvas_finish(&canvas);
	ef_jpeg_destroy(&jpeg);
}

static void broken_jpeg_is_refused(void **state)
{
	const ef_image_t image = {EF_MJPG, 8, 8, (const uint8_t *)"\xff\xd8junk", 6};
	ef_jpeg_t *jpeg = ef_jpeg_new();
	ef_canvas_t canvas = {0};
	const char *why = NULL;

	(void)state;
	assert_int_equal(ef_picture_read(jpeg, &image, &canvas, &why), -1);
	assert_non_null(why);
	ef_canvas_finish(&canvas);
	ef_jpeg_destroy(&jpeg);
}

static void other_aspect_ratio_gets_bars(void **state)
{
	ef_canvas_t from = {0}, to = {0};
	ef_fit_t fit;

	(void)state;
	assert_int_equal(ef_canvas_room(&from, 40, 20), 0);
	assert_int_equal(ef_canvas_room(&to, 80, 80), 0);
	memset(from.pixels, 200, 4 * 40 * 20);
	memset(to.pixels, 77, 4 * 80 * 80);
	fit = ef_picture_fit(&from, &to);
	assert_float_equal(fit.scale, 2, 1e-6);
	assert_float_equal(fit.x, 0, 1e-6);
	assert_float_equal(fit.y, 20, 1e-6);
	assert_int_equal(to.pixels[4 * (19 * 80 + 40)], 0);
	assert_in_range(to.pixels[4 * (20 * 80 + 40)], 196, 204); /* libyuv rounds down */
	assert_in_range(to.pixels[4 * (59 * 80 + 79)], 196, 204);
	assert_int_equal(to.pixels[4 * (60 * 80 + 40)], 0);
	ef_canvas_finish(&from);
	ef_canvas_finish(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_converted),
		cmocka_unit_test(colours_are_kept),
		cmocka_unit_test(broken_jpeg_is_refused),
		cmocka_unit_test(other_aspect_ratio_gets_bars),
	};

	return cmocka_run_group_tests_name("wire_picture", tests, NULL, NULL);
}
