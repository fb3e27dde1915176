/* What is sent is the image made smooth and converted as a whole: no seam where the rows are divided. */
#include <stdlib.h>
#include <string.h>

#include "blender-node/library/antialias.h"
#include "blender-node/library/finish.h"
#include "blender-node/library/i420.h"
#include "proto/wire/image.h"
#include "tests/unit/unit.h"

/* Slanted edges of any slope all over the image. */
static void paint(uint8_t *rgba, int w, int h)
{
	for (int i = 0; i < w * h; i++) {
		int x = i % w, y = i / w;

		rgba[4 * i] = (uint8_t)((x + y / 11) / 7 % 2 ? 230 : 15);
		rgba[4 * i + 1] = (uint8_t)((y + x / 6) / 15 % 2 ? 200 : 40);
		rgba[4 * i + 2] = (uint8_t)((x * x + y * y) / 400 % 2 ? 180 : 60);
		rgba[4 * i + 3] = 255;
	}
}

static void is_like_the_whole(int w, int h)
{
	size_t count = (size_t)w * h, size = ef_image_size(EF_I420, w, h);
	uint8_t *rgba = malloc(4 * count), *luma = malloc(count), *smooth = malloc(4 * count);
	uint8_t *room = malloc(ef_finish_room(w, h)), *made = malloc(size), *whole = malloc(size);
	const ef_unsmoothed_t picture = {rgba, luma, w, h};

	paint(rgba, w, h);
	ef_antialias_luma(rgba, count, luma);
	ef_antialias(&picture, 0, h, smooth);
	ef_convert_to_i420(smooth, w, h, 0, h, whole);
	memset(room, 0, ef_finish_room(w, h));
	ef_finish(rgba, w, h, room, made);
	assert_memory_equal(made, whole, size);
	if (w > 8 && h > 8) {
		assert_memory_not_equal(smooth, rgba, 4 * count);
	}
	free(rgba);
	free(luma);
	free(smooth);
	free(room);
	free(made);
	free(whole);
}

static void has_no_seams(void **state)
{
	(void)state;
	is_like_the_whole(64, 48);
	is_like_the_whole(62, 50);
	is_like_the_whole(33, 47);
	for (int w = 1; w < 4; w++) {
		for (int h = 1; h < 20; h++) {
			is_like_the_whole(w, h);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_no_seams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
