#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/canvas_stream.h"
#include "monitor/draw.h"
#include "monitor/inset.h"
#include "monitor/tiny_font.h"
#include "monitor/wire_picture.h"

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
	}
	ef_canvas_finish(&canvas);
	ef_canvas_finish(&picture);
}

static void line_covers_its_pixels(void **state)
{
	ef_canvas_t canvas = {0};

	(void)state;
	assert_int_equal(ef_canvas_room(&canvas, 20, 20), 0);
	memset(canvas.pixels, 0, 4 * 20 * 20);
	ef_canvas_line(&canvas, 5, 10, 15, 10, 3, (ef_colour_t){255, 100, 50, 255});
	assert_int_equal(canvas.pixels[4 * (10 * 20 + 10)], 50);
	assert_int_equal(canvas.pixels[4 * (10 * 20 + 10) + 1], 100);
	assert_int_equal(canvas.pixels[4 * (10 * 20 + 10) + 2], 255);
	assert_int_equal(canvas.pixels[4 * (14 * 20 + 10) + 2], 0);
	assert_int_equal(canvas.pixels[4 * (10 * 20 + 19) + 2], 0);
	ef_canvas_finish(&canvas);
}

/* A grey image has the same grey in every format. */
static void every_format_is_converted(void **state)
{
	const uint32_t formats[] = {EF_I420, EF_NV12, EF_YUYV, EF_GREY, EF_RGBA};
	ef_picture_reader_t *reader = ef_picture_reader_new();
	ef_canvas_t canvas = {0};
	const char *why = NULL;

	(void)state;
	for (int i = 0; i < 5; i++) {
		ef_image_t image = {formats[i], 33, 17, NULL, ef_image_size(formats[i], 33, 17)};
		uint8_t *data = malloc(image.size);

		memset(data, 128, image.size);
		image.data = data;
		assert_int_equal(ef_picture_read(reader, &image, &canvas, &why), 0);
		assert_int_equal(canvas.w, 33);
		for (int p = 0; p < 33 * 17; p++) {
			assert_in_range(canvas.pixels[4 * p], 126, 132);
			assert_in_range(canvas.pixels[4 * p + 2], 126, 132);
		}
		free(data);
	}
	ef_canvas_finish(&canvas);
	ef_picture_reader_destroy(&reader);
}

static void colours_are_kept(void **state)
{
	const uint8_t rgba[] = {255, 0, 0, 255, 0, 0, 255, 255};
	const uint8_t i420[] = {81, 81, 81, 81, 90, 240}; /* red, BT.601 */
	const ef_image_t one = {EF_RGBA, 2, 1, rgba, sizeof(rgba)};
	const ef_image_t two = {EF_I420, 2, 2, i420, sizeof(i420)};
	ef_picture_reader_t *reader = ef_picture_reader_new();
	ef_canvas_t canvas = {0};
	const char *why = NULL;

	(void)state;
	assert_int_equal(ef_picture_read(reader, &one, &canvas, &why), 0);
	assert_memory_equal(canvas.pixels, "\0\0\xff\xff\xff\0\0\xff", 8);
	assert_int_equal(ef_picture_read(reader, &two, &canvas, &why), 0);
	assert_in_range(canvas.pixels[2], 250, 255);
	assert_in_range(canvas.pixels[0], 0, 5);
	ef_canvas_finish(&canvas);
	ef_picture_reader_destroy(&reader);
}

static void broken_jpeg_is_refused(void **state)
{
	const ef_image_t image = {EF_MJPG, 8, 8, (const uint8_t *)"\xff\xd8junk", 6};
	ef_picture_reader_t *reader = ef_picture_reader_new();
	ef_canvas_t canvas = {0};
	const char *why = NULL;

	(void)state;
	assert_int_equal(ef_picture_read(reader, &image, &canvas, &why), -1);
	assert_non_null(why);
	ef_canvas_finish(&canvas);
	ef_picture_reader_destroy(&reader);
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

static void y4m_stream(void **state)
{
	ef_canvas_t canvas = {0};
	int ends[2];
	ef_canvas_stream_t stream = {.rate = {30000, 1001}};
	char text[4096];
	ssize_t size;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	stream.fd = ends[1];
	assert_int_equal(ef_canvas_room(&canvas, 17, 9), 0);
	memset(canvas.pixels, 255, 4 * 17 * 9);
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), 0);
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), 0);
	canvas.w = 16;
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), -1);
	assert_int_equal(errno, EINVAL);
	canvas.w = 17;
	size = read(ends[0], text, sizeof(text));
	assert_memory_equal(text, "YUV4MPEG2 W17 H9 F30000:1001 Ip A1:1 C420jpeg", 45);
	assert_int_equal(size,
		(strchr(text, '\n') - text) + 1 + 2 * (6 + (int)ef_image_size(EF_I420, 17, 9)));
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), -1);
	assert_int_equal(errno, EPIPE);
	close(ends[1]);
	ef_canvas_stream_finish(&stream);
	ef_canvas_finish(&canvas);
}

static void full_disk_is_reported(void **state)
{
	ef_canvas_t canvas = {0};
	ef_canvas_stream_t stream = {.fd = open("/dev/full", O_WRONLY), .rate = {30, 1}};

	(void)state;
	assert_int_equal(ef_canvas_room(&canvas, 16, 16), 0);
	memset(canvas.pixels, 0, 4 * 16 * 16);
	assert_int_equal(ef_canvas_stream_write(&stream, &canvas), -1);
	assert_int_equal(errno, ENOSPC);
	close(stream.fd);
	ef_canvas_stream_finish(&stream);
	ef_canvas_finish(&canvas);
}

static void font(void **state)
{
	static const char one[] = ".#.##..#..#.###";

	(void)state;
	for (int i = 0; i < 15; i++) {
		assert_int_equal(ef_font_dot('1', i % 3, i / 3), one[i] == '#');
		assert_int_equal(ef_font_dot('A', i % 3, i / 3), ef_font_dot('a', i % 3, i / 3));
		assert_int_equal(ef_font_dot('\x80', i % 3, i / 3), 0);
	}
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
	assert_int_equal(ink[0], 0);
	assert_in_range(ink[1], 1, 8);
	assert_true(ink[2] > 2 * ink[1] && ink[2] < EF_FONT_W * EF_FONT_H);
	ef_canvas_finish(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inset_points_are_fixed),
		cmocka_unit_test(inset_refuses_coinciding_landmarks),
		cmocka_unit_test(any_numbers_are_drawn_safely),
		cmocka_unit_test(line_covers_its_pixels),
		cmocka_unit_test(every_format_is_converted),
		cmocka_unit_test(colours_are_kept),
		cmocka_unit_test(broken_jpeg_is_refused),
		cmocka_unit_test(other_aspect_ratio_gets_bars),
		cmocka_unit_test(y4m_stream),
		cmocka_unit_test(full_disk_is_reported),
		cmocka_unit_test(font),
		cmocka_unit_test(landmarks_are_joined),
		cmocka_unit_test(caption_draws_its_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
