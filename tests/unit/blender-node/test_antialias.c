/* Edges become smooth, everything else stays as it was. */
#include <stdlib.h>
#include <string.h>

#include "blender-node/library/antialias.h"
#include "tests/unit/unit.h"

enum { W = 32, H = 24 };

static uint8_t from[4 * W * H], to[4 * W * H], luma[W * H];

static void antialias(const uint8_t *in, int w, int h, uint8_t *grey, uint8_t *out)
{
	const ef_unsmoothed_t picture = {in, grey, w, h};
	const ef_area_t whole = {0, 0, w, h};

	ef_antialias_luma(in, (size_t)w * h, grey);
	ef_antialias(&picture, &whole, out);
}

static void paint(int x, int y, uint8_t grey)
{
	uint8_t *pixel = from + 4 * (y * W + x);

	memset(pixel, grey, 3);
	pixel[3] = 255;
}

static void keeps_flat_images(void **state)
{
	(void)state;
	memset(from, 90, sizeof(from));
	antialias(from, W, H, luma, to);
	assert_memory_equal(from, to, sizeof(from));
}

static void keeps_straight_edges(void **state)
{
	(void)state;
	for (int i = 0; i < W * H; i++) {
		paint(i % W, i / W, i % W < W / 2 ? 20 : 220);
	}
	antialias(from, W, H, luma, to);
	assert_memory_equal(from, to, sizeof(from));
}

/* An edge that rises one pixel in eight is a stair: the steps become ramps. */
static void smooths_a_slanted_edge(void **state)
{
	int soft = 0, y = 12;

	(void)state;
	for (int i = 0; i < W * H; i++) {
		paint(i % W, i / W, i / W > y - 2 + i % W / 8 ? 220 : 20);
	}
	antialias(from, W, H, luma, to);
	for (int i = 0; i < W * H; i++) {
		uint8_t value = to[4 * i];

		assert_in_range(value, 20, 220);
		assert_int_equal(to[4 * i + 3], 255);
		soft += value != 20 && value != 220;
	}
	assert_in_range(soft, 12, 40);
}

static void handles_tiny_images(void **state)
{
	(void)state;
	for (int w = 1; w < 5; w++) {
		for (int h = 1; h < 5; h++) {
			/* Buffers of exact size, so that a sanitizer notices an overrun. */
			size_t count = (size_t)w * h;
			uint8_t *in = malloc(4 * count), *out = malloc(4 * count);
			uint8_t *grey = malloc(count);

			for (size_t i = 0; i < 4 * count; i++) {
				in[i] = i % 8 < 4 ? 0 : 255;
			}
			antialias(in, w, h, grey, out);
			free(in);
			free(out);
			free(grey);
		}
	}
}

static void keeps_noise(void **state)
{
	(void)state;
	srand(3);
	for (int i = 0; i < W * H; i++) {
		paint(i % W, i / W, (uint8_t)(120 + rand() % 5));
	}
	antialias(from, W, H, luma, to);
	assert_memory_equal(from, to, sizeof(from));
}

/* The value of a pixel of a stair of steps eight pixels long, lying or standing. */
static uint8_t stair(int along, int across)
{
	return across > 10 + along / 8 ? 220 : 20;
}

/* Lying or standing, a stair becomes the same ramps, up to the border. */
static void columns_equal_rows(void **state)
{
	static uint8_t lying[H * H];

	(void)state;
	for (int standing = 0; standing < 2; standing++) {
		for (int i = 0; i < W * H; i++) {
			int x = i % W, y = i / W;

			paint(x, y, standing ? stair(y, x) : stair(x, y));
		}
		antialias(from, W, H, luma, to);
		/* The part that both have, away from the longer side's end. */
		for (int along = 0; along < H - 9; along++) {
			for (int across = 1; across < H - 1; across++) {
				size_t at = standing ? (size_t)(along * W + across)
						     : (size_t)(across * W + along);

				if (standing) {
					assert_int_equal(to[4 * at], lying[along * H + across]);
				} else {
					lying[along * H + across] = to[4 * at];
				}
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_flat_images),
		cmocka_unit_test(keeps_straight_edges),
		cmocka_unit_test(smooths_a_slanted_edge),
		cmocka_unit_test(handles_tiny_images),
		cmocka_unit_test(keeps_noise),
		cmocka_unit_test(columns_equal_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
