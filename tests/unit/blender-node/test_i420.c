/* Pixels that OpenGL reads back become the wire's I420: flipped, with the right colours, also of odd sizes. */
#include <stdlib.h>
#include <string.h>

#include "blender-node/library/i420.h"
#include "proto/wire/image.h"
#include "tests/unit/unit.h"

static void fill_row(uint8_t *rgba, int w, int row, uint8_t r, uint8_t g, uint8_t b)
{
	for (int x = 0; x < w; x++) {
		uint8_t *pixel = rgba + 4 * (row * w + x);

		pixel[0] = r;
		pixel[1] = g;
		pixel[2] = b;
		pixel[3] = 255;
	}
}

static void flips_rows_and_keeps_colours(void **state)
{
	enum { W = 4, H = 4 };
	uint8_t rgba[4 * W * H], i420[W * H * 3 / 2];

	(void)state;
	/* OpenGL's first row is the bottom one: red below, blue above. */
	for (int row = 0; row < H; row++) {
		fill_row(rgba, W, row, row < 2 ? 255 : 0, 0, row < 2 ? 0 : 255);
	}
	ef_convert_to_i420(rgba, &(ef_area_t){0, 0, W, H}, W, H, i420);
	/* BT.601, limited range: blue is 41, 240, 110; red is 82, 90, 240. */
	assert_in_range(i420[0], 40, 42);
	assert_in_range(i420[W * H - 1], 81, 83);
	assert_in_range(i420[W * H], 239, 241);
	assert_in_range(i420[W * H + 3], 89, 91);
	assert_in_range(i420[W * H + 4], 109, 111);
	assert_in_range(i420[W * H + 7], 239, 241);
}

static void does_not_mirror(void **state)
{
	enum { W = 4, H = 2 };
	uint8_t rgba[4 * W * H] = {0}, i420[W * H * 3 / 2];

	(void)state;
	memset(rgba, 255, 4);
	memset(rgba + 4 * W, 255, 4);
	ef_convert_to_i420(rgba, &(ef_area_t){0, 0, W, H}, W, H, i420);
	assert_in_range(i420[0], 234, 236);
	assert_in_range(i420[W - 1], 15, 17);
}

static void handles_odd_sizes(void **state)
{
	enum { W = 7, H = 5 };
	size_t size = ef_image_size(EF_I420, W, H);
	uint8_t rgba[4 * W * H];
	uint8_t *i420 = malloc(size); /* exact: a sanitizer sees a byte too far */

	(void)state;
	for (int row = 0; row < H; row++) {
		fill_row(rgba, W, row, 255, 255, 255);
	}
	memset(i420, 7, size);
	ef_convert_to_i420(rgba, &(ef_area_t){0, 0, W, H}, W, H, i420);
	for (size_t k = 0; k < size; k++) {
		assert_in_range(i420[k], 126, 236);
	}
	free(i420);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flips_rows_and_keeps_colours),
		cmocka_unit_test(does_not_mirror),
		cmocka_unit_test(handles_odd_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
