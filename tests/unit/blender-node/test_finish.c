/* What is sent is the image made smooth and converted as a whole: no seam where the rows are divided, or where
 * only a part of the image has changed. */
#include <stdlib.h>
#include <string.h>

#include "blender-node/library/antialias.h"
#include "blender-node/library/finish.h"
#include "blender-node/library/i420.h"
#include "proto/wire/image.h"
#include "tests/unit/unit.h"

enum { W = 70, H = 54 };

typedef struct {
	int w, h;
	uint8_t rgba[4 * W * H];
	ef_finish_t *finish;
} canvas_t;

/* Slanted edges of any slope in a part of the image. seed: which ones. */
static void paint(canvas_t *canvas, const ef_area_t *part, int seed)
{
	for (int y = part->y; y < part->y + part->h; y++) {
		for (int x = part->x; x < part->x + part->w; x++) {
			uint8_t *pixel = canvas->rgba + 4 * (y * canvas->w + x);

			pixel[0] = (uint8_t)((x + y / 11 + seed) / 7 % 2 ? 230 : 15);
			pixel[1] = (uint8_t)((y + x / 6 + seed) / 15 % 2 ? 200 : 40);
			pixel[2] = (uint8_t)((x * x + y * y) / (400 + seed) % 2 ? 180 : 60);
			pixel[3] = 255;
		}
	}
}

static const uint8_t *finish_part(canvas_t *canvas, const ef_area_t *part)
{
	static uint8_t rows[4 * W * H];

	for (int y = 0; y < part->h; y++) {
		memcpy(rows + 4 * y * part->w,
			canvas->rgba + 4 * ((part->y + y) * canvas->w + part->x), 4 * part->w);
	}
	return ef_finish_picture(canvas->finish, rows, part, canvas->w, canvas->h);
}

static void is_like_the_whole(const canvas_t *canvas, const uint8_t *made)
{
	static uint8_t luma[W * H], smooth[4 * W * H], i420[2 * W * H];
	const ef_unsmoothed_t picture = {canvas->rgba, luma, canvas->w, canvas->h};
	const ef_area_t whole = {0, 0, canvas->w, canvas->h};

	ef_antialias_luma(canvas->rgba, (size_t)canvas->w * canvas->h, luma);
	ef_antialias(&picture, &whole, smooth);
	ef_convert_to_i420(smooth, &whole, canvas->w, canvas->h, i420);
	assert_memory_equal(made, i420, ef_image_size(EF_I420, canvas->w, canvas->h));
	if (canvas->w > 8 && canvas->h > 8) {
		assert_memory_not_equal(smooth, canvas->rgba, 4 * whole.w * whole.h);
	}
}

static ef_area_t some_part(int w, int h)
{
	ef_area_t part = {rand() % w, rand() % h, 0, 0};

	part.w = rand() % (w - part.x + 1);
	part.h = rand() % (h - part.y + 1);
	return part;
}

static void change_parts(int w, int h, int times)
{
	static canvas_t canvas;
	const ef_area_t whole = {0, 0, w, h};

	canvas.w = w;
	canvas.h = h;
	canvas.finish = ef_finish_new(w, h);
	paint(&canvas, &whole, 0);
	is_like_the_whole(&canvas, finish_part(&canvas, &whole));
	for (int k = 1; k <= times; k++) {
		ef_area_t part = some_part(w, h);

		paint(&canvas, &part, k);
		is_like_the_whole(&canvas, finish_part(&canvas, &part));
	}
	ef_finish_destroy(&canvas.finish);
}

static void has_no_seams(void **state)
{
	(void)state;
	srand(5);
	change_parts(64, 48, 200);
	change_parts(62, 50, 200);
	change_parts(33, 47, 200);
	for (int w = 1; w < 4; w++) {
		for (int h = 1; h < 20; h++) {
			change_parts(w, h, 5);
		}
	}
}

/* A smaller picture, and a larger one again, come whole. */
static void changes_its_size(void **state)
{
	static canvas_t canvas;
	const int sizes[][2] = {{W, H}, {W / 2, H / 2}, {W, H}};

	(void)state;
	canvas.finish = ef_finish_new(W, H);
	for (int k = 0; k < 3; k++) {
		const ef_area_t whole = {0, 0, sizes[k][0], sizes[k][1]};

		canvas.w = whole.w;
		canvas.h = whole.h;
		paint(&canvas, &whole, k);
		is_like_the_whole(&canvas, finish_part(&canvas, &whole));
	}
	ef_finish_destroy(&canvas.finish);
	assert_null(canvas.finish);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_no_seams),
		cmocka_unit_test(changes_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
