/* Edges become smooth, everything else stays as it was. */
#include <stdlib.h>
#include <string.h>

#include "blender-node/antialias.h"
#include "tests/unit/unit.h"

enum { W = 32, H = 24 };

static uint8_t from[4 * W * H], to[4 * W * H], luma[W * H];

static void paint(int x, int y, uint8_t grey)
{
	uint8_t *pixel = from + 4 * (y * W + x);

	memset(pixel, grey, 3);
	pixel[3] = 255;
}

static void leaves_flat_pictures_alone(void **state)
{
	(void)state;
	memset(from, 90, sizeof(from));
	ef_antialias(from, W, H, luma, to);
	assert_memory_equal(from, to, sizeof(from));
}

static void leaves_straight_edges_alone(void **state)
{
	(void)state;
	for (int i = 0; i < W * H; i++) {
		paint(i % W, i / W, i % W < W / 2 ? 20 : 220);
	}
	ef_antialias(from, W, H, luma, to);
	assert_memory_equal(from, to, sizeof(from));
}

/* An edge that rises one pixel in eight is a stair: the steps become ramps. */
static void softens_the_steps_of_a_slanted_edge(void **state)
{
	int soft = 0, y = 12;

	(void)state;
	for (int i = 0; i < W * H; i++) {
		paint(i % W, i / W, i / W > y - 2 + i % W / 8 ? 220 : 20);
	}
	ef_antialias(from, W, H, luma, to);
	for (int i = 0; i < W * H; i++) {
		uint8_t value = to[4 * i];

		assert_in_range(value, 20, 220);
		assert_int_equal(to[4 * i + 3], 255);
		soft += value != 20 && value != 220;
	}
	assert_in_range(soft, 12, 40);
}

static void survives_tiny_pictures(void **state)
{
	(void)state;
	for (int w = 1; w < 5; w++) {
		for (int h = 1; h < 5; h++) {
			/* Exact blocks: a sanitizer sees a byte too far. */
			size_t count = (size_t)w * h;
			uint8_t *in = malloc(4 * count), *out = malloc(4 * count);
			uint8_t *grey = malloc(count);

			for (size_t i = 0; i < 4 * count; i++) {
				in[i] = i % 8 < 4 ? 0 : 255;
			}
			ef_antialias(in, w, h, grey, out);
			free(in);
			free(out);
			free(grey);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_flat_pictures_alone),
		cmocka_unit_test(leaves_straight_edges_alone),
		cmocka_unit_test(softens_the_steps_of_a_slanted_edge),
		cmocka_unit_test(survives_tiny_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
