#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/draw.h"
#include "monitor/inset.h"

/* Whatever numbers a message has, drawing stays inside the canvas (the sanitizers check). */
static void any_numbers_are_drawn_safely(void **state)
{
	const float wild[] = {0, -1, 1e30f, -1e30f, NAN, INFINITY, 319.5f};
	const int sizes[][2] = {{320, 240}, {1, 1}, {17, 300}, {300, 17}};
	ef_canvas_t canvas = {0}, picture = {0};
	float pts[2 * EF_LANDMARKS], box[4];

	(void)state;
	srand(1);
	for (int round = 0; round < 100; round++) {
		const int *size = sizes[round % 4];

		assert_int_equal(ef_canvas_room(&canvas, size[0], size[1]), 0);
		assert_int_equal(ef_canvas_room(&picture, size[0], size[1]), 0);
		memset(canvas.pixels, 0, 4 * (size_t)(size[0] * size[1]));
		memset(picture.pixels, 0, 4 * (size_t)(size[0] * size[1]));
		ef_canvas_written(&canvas);
		ef_canvas_written(&picture);
		for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
			pts[i] = round < 50 ? (float)(rand() % 400 - 40) : wild[rand() % 7];
		}
		for (int i = 0; i < 4; i++) {
			box[i] = wild[rand() % 7];
		}
		ef_draw_box(&canvas, box);
		ef_draw_landmarks(&canvas, pts);
		ef_inset_draw(&canvas, &picture, pts);
		ef_draw_caption(&canvas, "12345678901234567890 tracked -1.00");
		/* cairo stops drawing after an error. */
		assert_int_equal(cairo_status(canvas.cairo), CAIRO_STATUS_SUCCESS);
	}
	ef_canvas_finish(&canvas);
	ef_canvas_finish(&picture);
}

static int painted(const ef_canvas_t *canvas)
{
	int count = 0;

	for (int i = 0; i < canvas->w * canvas->h; i++) {
		count += canvas->pixels[4 * i] + canvas->pixels[4 * i + 1] +
				 canvas->pixels[4 * i + 2] >
			 200;
	}
	return count;
}

static void clear(ef_canvas_t *canvas)
{
	assert_int_equal(ef_canvas_room(canvas, 320, 240), 0);
	memset(canvas->pixels, 0, 4 * 320 * 240);
	ef_canvas_written(canvas);
}

/* The lines of a corner lie on the pixels of the box, and end after a sixth of its width. */
static void box_corner_is_drawn(void **state)
{
	const float box[4] = {100, 50, 90, 90};
	ef_canvas_t canvas = {0};

	(void)state;
	clear(&canvas);
	ef_draw_box(&canvas, box);
	assert_true(canvas.pixels[4 * (50 * 320 + 108)] > 150);
	assert_true(canvas.pixels[4 * (58 * 320 + 100)] > 150);
	assert_int_equal(canvas.pixels[4 * (50 * 320 + 120)], 0);
	assert_int_equal(canvas.pixels[4 * (47 * 320 + 108)], 0);
	ef_canvas_finish(&canvas);
}

/* Landmarks of a region are joined by lines; landmarks in one place give one dot. */
static void landmarks_are_joined(void **state)
{
	ef_canvas_t canvas = {0};
	float pts[2 * EF_LANDMARKS], more[2 * EF_LANDMARKS];
	int together, apart;

	(void)state;
	for (int i = 0; i < EF_LANDMARKS; i++) {
		pts[2 * i] = more[2 * i] = 160;
		pts[2 * i + 1] = more[2 * i + 1] = 120;
	}
	/* The jaw's ends, which are not joined to each other: 16 points in one corner, one in
	 * the other. */
	for (int i = 0; i < 16; i++) {
		more[2 * i] = more[2 * i + 1] = 20;
	}
	clear(&canvas);
	ef_draw_landmarks(&canvas, pts);
	together = painted(&canvas);
	assert_true(together > 5);
	clear(&canvas);
	ef_draw_landmarks(&canvas, more);
	apart = painted(&canvas);
	/* One line of 172 pixels. */
	assert_in_range(apart - together, 120, 900);
	ef_canvas_finish(&canvas);
}

static void caption_draws_its_letters(void **state)
{
	ef_canvas_t canvas = {0};
	int ink[3];
	const char *texts[] = {"", ".", "8"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		clear(&canvas);
		ef_draw_caption(&canvas, texts[i]);
		ink[i] = painted(&canvas);
	}
	/* At this size a dot of the font is one pixel. */
	assert_int_equal(ink[0], 0);
	assert_int_equal(ink[1], 4);
	assert_int_equal(ink[2], 17);
	ef_canvas_finish(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_numbers_are_drawn_safely),
		cmocka_unit_test(box_corner_is_drawn),
		cmocka_unit_test(landmarks_are_joined),
		cmocka_unit_test(caption_draws_its_letters),
	};

	return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
