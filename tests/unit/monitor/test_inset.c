#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#include "monitor/inset.h"

static void make_face(float *pts, float x, float y, float size, float roll)
{
	memset(pts, 0, 2 * EF_LANDMARKS * sizeof(float));
	pts[0] = x - size * cosf(roll);
	pts[1] = y - size * sinf(roll);
	pts[32] = x + size * cosf(roll);
	pts[33] = y + size * sinf(roll);
	/* The bridge lies a little above the line between the sides of the head. */
	pts[54] = x + 0.1f * size * sinf(roll);
	pts[55] = y - 0.1f * size * cosf(roll);
}

/* The same points for a head of any roll and size. */
static void inset_points_are_fixed(void **state)
{
	const float faces[][4] = {{100, 100, 50, 0}, {300, 80, 90, 0.5f}, {20, 400, 30, -1.2f}};

	(void)state;
	for (int i = 0; i < 3; i++) {
		float pts[2 * EF_LANDMARKS], x, y;
		ef_similarity_t s;

		make_face(pts, faces[i][0], faces[i][1], faces[i][2], faces[i][3]);
		assert_int_equal(ef_inset_similarity(pts, 100, &s), 0);
		x = (float)ef_similarity_x(&s, pts[0], pts[1]);
		y = (float)ef_similarity_y(&s, pts[0], pts[1]);
		assert_float_equal(x, 15, 1);
		assert_float_equal(y, 38, 1);
		x = (float)ef_similarity_x(&s, pts[32], pts[33]);
		assert_float_equal(x, 85, 1);
		y = (float)ef_similarity_y(&s, pts[54], pts[55]);
		assert_float_equal(y, 34, 1);
	}
}

static void inset_refuses_coinciding_landmarks(void **state)
{
	float pts[2 * EF_LANDMARKS] = {0};
	ef_similarity_t s;

	(void)state;
	assert_int_equal(ef_inset_similarity(pts, 100, &s), -1);
	pts[0] = NAN;
	assert_int_equal(ef_inset_similarity(pts, 100, &s), -1);
}

/* The frame's left half is white: so is the inset's where the head is upright. */
static void inset_shows_the_frame(void **state)
{
	ef_canvas_t canvas = {0}, frame = {0};
	float pts[2 * EF_LANDMARKS];
	int side = 240 * 28 / 100, x0 = 320 - (240 / 40 + 1) - side, y0 = 240 / 40 + 1;

	(void)state;
	assert_int_equal(ef_canvas_room(&canvas, 320, 240), 0);
	assert_int_equal(ef_canvas_room(&frame, 640, 480), 0);
	memset(canvas.pixels, 0, 4 * 320 * 240);
	for (int i = 0; i < 640 * 480; i++) {
		memset(frame.pixels + 4 * i, i % 640 < 320 ? 255 : 0, 4);
	}
	ef_canvas_written(&canvas);
	ef_canvas_written(&frame);
	make_face(pts, 320, 240, 80, 0);
	ef_inset_draw(&canvas, &frame, pts);
	for (int row = y0 + side * 6 / 10; row < y0 + side * 9 / 10; row++) {
		const uint8_t *line = canvas.pixels + 4 * row * 320;

		assert_int_equal(line[4 * (x0 + side / 4)], 255);
		assert_int_equal(line[4 * (x0 + side * 3 / 4)], 0);
	}
	ef_canvas_finish(&canvas);
	ef_canvas_finish(&frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inset_points_are_fixed),
		cmocka_unit_test(inset_refuses_coinciding_landmarks),
		cmocka_unit_test(inset_shows_the_frame),
	};

	return cmocka_run_group_tests_name("inset", tests, NULL, NULL);
}
