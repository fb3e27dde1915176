#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#include "tracker/roi.h"

#define W 64
#define H 48

static void assert_roi(const ef_roi_t *roi, int x, int y, int w, int h)
{
	assert_int_equal(roi->x, x);
	assert_int_equal(roi->y, y);
	assert_int_equal(roi->w, w);
	assert_int_equal(roi->h, h);
}

static void square_inside_the_frame(void **state)
{
	ef_roi_t roi;

	(void)state;
	assert_int_equal(ef_roi_around(30, 20, 10, W, H, &roi), 0);
	assert_roi(&roi, 25, 15, 10, 10);
}

static void square_is_clipped(void **state)
{
	ef_roi_t roi;

	(void)state;
	assert_int_equal(ef_roi_around(0, 0, 20, W, H, &roi), 0);
	assert_roi(&roi, 0, 0, 10, 10);
	assert_int_equal(ef_roi_around(W, H, 20, W, H, &roi), 0);
	assert_roi(&roi, W - 10, H - 10, 10, 10);
	assert_int_equal(ef_roi_around(30, 20, 1e9f, W, H, &roi), 0);
	assert_roi(&roi, 0, 0, W, H);
}

static void square_outside_is_refused(void **state)
{
	const float bad[] = {NAN, INFINITY, -INFINITY};
	ef_roi_t roi;

	(void)state;
	assert_int_equal(ef_roi_around(-20, 20, 10, W, H, &roi), -1);
	assert_int_equal(ef_roi_around(30, H + 6, 10, W, H, &roi), -1);
	assert_int_equal(ef_roi_around(30, 20, 0, W, H, &roi), -1);
	assert_int_equal(ef_roi_around(30, 20, -10, W, H, &roi), -1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ef_roi_around(bad[i], 20, 10, W, H, &roi), -1);
		assert_int_equal(ef_roi_around(30, bad[i], 10, W, H, &roi), -1);
		assert_int_equal(ef_roi_around(30, 20, bad[i], W, H, &roi), -1);
	}
}

static void boxes_convert_back(void **state)
{
	static uint8_t pixels[W * H];
	const ef_luma_t luma = {pixels, W, W, H};
	const ef_roi_t roi = {8, 4, 40, 20};
	float box[4] = {10, 5, 20, 10};
	ef_plane_t plane = {0};

	(void)state;
	memset(pixels, 50, sizeof(pixels));
	for (int y = 14; y < 24; y++) {
		memset(pixels + y * W + 28, 200, 20);
	}
	assert_int_equal(ef_roi_scale(&plane, &luma, &roi, 20), 0);
	assert_int_equal(plane.luma.w, 20);
	assert_int_equal(plane.luma.h, 10);
	assert_int_equal(plane.luma.data[0], 50);
	assert_int_equal(plane.luma.data[9 * 20 + 19], 200);
	ef_roi_back(&roi, 20, box);
	assert_float_equal(box[0], 8 + 20, 1e-4);
	assert_float_equal(box[1], 4 + 10, 1e-4);
	assert_float_equal(box[2], 40, 1e-4);
	assert_float_equal(box[3], 20, 1e-4);
	/* Enlarged into the same plane. */
	assert_int_equal(ef_roi_scale(&plane, &luma, &roi, 160), 0);
	assert_int_equal(plane.luma.h, 80);
	assert_int_equal(plane.luma.data[80 * 160 - 1], 200);
	ef_plane_finish(&plane);
}

/* The size is limited however thin the region is, and boxes are
 * converted back with the resulting size. */
static void thin_region_is_limited(void **state)
{
	static uint8_t pixels[16384];
	const ef_luma_t upright = {pixels, 1, 1, 16384}, lying = {pixels, 16384, 16384, 1};
	const ef_roi_t high = {0, 0, 1, 16384}, wide = {0, 0, 16384, 1};
	float box[4] = {0, 640, 1, 1280};
	ef_plane_t plane = {0};

	(void)state;
	assert_int_equal(ef_roi_scale(&plane, &upright, &high, 640), 0);
	assert_int_equal(plane.luma.w, 1);
	assert_int_equal(plane.luma.h, 4 * 640);
	ef_roi_back(&high, 640, box);
	assert_float_equal(box[1], 4096, 1);
	assert_float_equal(box[3], 8192, 1);
	assert_int_equal(ef_roi_scale(&plane, &lying, &wide, 640), 0);
	assert_int_equal(plane.luma.w, 640);
	assert_int_equal(plane.luma.h, 1);
	ef_plane_finish(&plane);
}

/* A bar rotated by 30 degrees is upright in the region. */
static void rotated_bar_is_made_upright(void **state)
{
	static uint8_t pixels[200 * 200];
	const ef_luma_t luma = {pixels, 200, 200, 200};
	const float roll = (float)M_PI / 6;
	const ef_place_t place = {100, 100, 60, roll};
	ef_plane_t plane = {0}, scratch = {0};

	(void)state;
	for (int y = 0; y < 200; y++) {
		for (int x = 0; x < 200; x++) {
			/* Bright where the rotated frame's x is positive. */
			float u = cosf(roll) * (float)(x - 100) + sinf(roll) * (float)(y - 100);

			pixels[y * 200 + x] = u > 0 ? 250 : 10;
		}
	}
	assert_int_equal(ef_roi_upright(&plane, &scratch, &luma, &place, 30, 45), 0);
	assert_int_equal(plane.luma.w, 45);
	for (int row = 0; row < 45; row++) {
		assert_true(plane.luma.data[row * 45 + 18] < 30);
		assert_true(plane.luma.data[row * 45 + 26] > 230);
	}
	ef_plane_finish(&plane);
	ef_plane_finish(&scratch);
}

static void beyond_the_border_is_black(void **state)
{
	static uint8_t pixels[W * H];
	const ef_luma_t luma = {pixels, W, W, H};
	const ef_place_t corner = {0, 0, 20, 1}, right = {W, 24, 20, 0}, away = {-500, 0, 20, 1};
	ef_plane_t plane = {0}, scratch = {0};

	(void)state;
	memset(pixels, 99, sizeof(pixels));
	assert_int_equal(ef_roi_upright(&plane, &scratch, &luma, &corner, 80, 120), 0);
	assert_int_equal(plane.luma.data[60 * 120], 0);
	assert_int_equal(ef_roi_upright(&plane, &scratch, &luma, &right, 80, 120), 0);
	assert_int_equal(plane.luma.data[60 * 120 + 30], 99);
	assert_int_equal(plane.luma.data[60 * 120 + 90], 0);
	assert_int_equal(ef_roi_upright(&plane, &scratch, &luma, &away, 80, 120), -1);
	ef_plane_finish(&plane);
	ef_plane_finish(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(square_inside_the_frame),
		cmocka_unit_test(square_is_clipped),
		cmocka_unit_test(square_outside_is_refused),
		cmocka_unit_test(boxes_convert_back),
		cmocka_unit_test(thin_region_is_limited),
		cmocka_unit_test(rotated_bar_is_made_upright),
		cmocka_unit_test(beyond_the_border_is_black),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
