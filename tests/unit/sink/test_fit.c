/* Renders of all formats and sizes become I420 of the output's size, with the right colours in
 * the right place. */
#include <stdlib.h>
#include <string.h>

#include "sink/fit.h"
#include "tests/unit/unit.h"

/* BT.601, narrow, of (200, 40, 40). */
#define RED_Y 91
#define RED_U 104
#define RED_V 198

static const uint32_t fourccs[] = {EF_I420, EF_NV12, EF_YUYV, EF_RGBA};

/* A picture of one colour; the caller frees its data. */
static ef_image_t red(uint32_t fourcc, int w, int h)
{
	size_t size = ef_image_size(fourcc, w, h), luma = (size_t)w * (size_t)h;
	uint8_t *data = malloc(size);

	for (size_t i = 0; i < size; i++) {
		switch (fourcc) {
		case EF_RGBA:
			data[i] = (const uint8_t[]){200, 40, 40, 255}[i % 4];
			break;
		case EF_YUYV:
			data[i] = (const uint8_t[]){RED_Y, RED_U, RED_Y, RED_V}[i % 4];
			break;
		case EF_NV12:
			data[i] = i < luma ? RED_Y : (i - luma) % 2 == 0 ? RED_U : RED_V;
			break;
		case EF_I420:
			data[i] = i < luma ? RED_Y : i < luma + (size - luma) / 2 ? RED_U : RED_V;
			break;
		default:
			data[i] = RED_Y;
		}
	}
	return (ef_image_t){fourcc, w, h, data, size};
}

static void free_image(ef_image_t *image)
{
	free((void *)(uintptr_t)image->data);
}

static void expect_pixel(const ef_image_t *image, int x, int y, int luma, int u, int v)
{
	const uint8_t *at_u = image->data + image->w * image->h;
	const uint8_t *at_v = at_u + image->w / 2 * (image->h / 2);
	int chroma = y / 2 * (image->w / 2) + x / 2;

	assert_in_range(image->data[y * image->w + x], luma - 2, luma + 2);
	assert_in_range(at_u[chroma], u - 2, u + 2);
	assert_in_range(at_v[chroma], v - 2, v + 2);
}

static void expect_red(const ef_image_t *image, int x, int y)
{
	expect_pixel(image, x, y, RED_Y, RED_U, RED_V);
}

static void expect_black(const ef_image_t *image, int x, int y)
{
	expect_pixel(image, x, y, 16, 128, 128);
}

static void every_format_at_every_size(void **state)
{
	static const int sizes[][2] = {{64, 48}, {32, 24}, {128, 96}, {60, 45}, {33, 25}, {4, 3}};

	(void)state;
	for (size_t f = 0; f < 4; f++) {
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			ef_fitter_t *fitter = ef_fitter_new(64, 48);
			ef_image_t in = red(fourccs[f], sizes[s][0], sizes[s][1]), out;

			assert_int_equal(ef_fitter_convert(fitter, &in, &out), 0);
			assert_int_equal(out.fourcc, EF_I420);
			assert_true(out.w == 64 && out.h == 48);
			assert_true(ef_image_valid(&out));
			expect_red(&out, 0, 0);
			expect_red(&out, 63, 47);
			expect_red(&out, 32, 24);
			free_image(&in);
			ef_fitter_destroy(&fitter);
		}
	}
}

static void i420_of_the_same_size_is_not_copied(void **state)
{
	ef_fitter_t *fitter = ef_fitter_new(64, 48);
	ef_image_t in = red(EF_I420, 64, 48), out;

	(void)state;
	assert_int_equal(ef_fitter_convert(fitter, &in, &out), 0);
	assert_ptr_equal(out.data, in.data);
	free_image(&in);
	ef_fitter_destroy(&fitter);
}

static void another_aspect_gets_bars(void **state)
{
	ef_fitter_t *fitter = ef_fitter_new(64, 48);
	ef_image_t wide = red(EF_RGBA, 128, 72), tall = red(EF_I420, 36, 72), out;

	(void)state;
	assert_int_equal(ef_fitter_convert(fitter, &wide, &out), 0);
	expect_black(&out, 32, 4);
	expect_red(&out, 32, 7);
	expect_red(&out, 0, 24);
	expect_red(&out, 63, 40);
	expect_black(&out, 32, 43);
	/* The bars move with the next picture's shape. */
	assert_int_equal(ef_fitter_convert(fitter, &tall, &out), 0);
	expect_black(&out, 18, 24);
	expect_red(&out, 22, 0);
	expect_red(&out, 42, 47);
	expect_black(&out, 46, 24);
	free_image(&wide);
	free_image(&tall);
	ef_fitter_destroy(&fitter);
}

static void bars_come_back_after_a_full_picture(void **state)
{
	ef_fitter_t *fitter = ef_fitter_new(64, 48);
	ef_image_t wide = red(EF_RGBA, 128, 72), full = red(EF_RGBA, 64, 48), out;

	(void)state;
	assert_int_equal(ef_fitter_convert(fitter, &wide, &out), 0);
	assert_int_equal(ef_fitter_convert(fitter, &full, &out), 0);
	expect_red(&out, 32, 0);
	assert_int_equal(ef_fitter_convert(fitter, &wide, &out), 0);
	expect_black(&out, 32, 0);
	free_image(&wide);
	free_image(&full);
	ef_fitter_destroy(&fitter);
}

static void areas_are_even_and_centred(void **state)
{
	static const int shapes[][4] = {{640, 360, 640, 480}, {320, 240, 1280, 720},
		{1, 16384, 640, 480}, {16384, 1, 640, 480}, {101, 77, 640, 480}, {3, 2, 2, 2}};
	ef_area_t area;

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const int *shape = shapes[i];

		area = ef_fitter_area(shape[0], shape[1], shape[2], shape[3]);
		assert_true(area.w >= 2 && area.h >= 2);
		assert_true(area.x % 2 == 0 && area.y % 2 == 0);
		assert_true(area.w % 2 == 0 && area.h % 2 == 0);
		assert_true(area.x >= 0 && area.x + area.w <= shape[2]);
		assert_true(area.y >= 0 && area.y + area.h <= shape[3]);
		assert_in_range(shape[2] - area.w - 2 * area.x, 0, 2);
		assert_in_range(shape[3] - area.h - 2 * area.y, 0, 2);
	}
	area = ef_fitter_area(640, 360, 640, 480);
	assert_true(area.x == 0 && area.y == 60 && area.w == 640 && area.h == 360);
	/* 853.3 x 480: not worth a bar. */
	area = ef_fitter_area(853, 480, 640, 360);
	assert_true(area.w == 640 && area.h == 360);
}

static void extreme_aspects_are_safe(void **state)
{
	ef_fitter_t *fitter = ef_fitter_new(64, 48);

	(void)state;
	for (size_t f = 0; f < 4; f++) {
		ef_image_t thin = red(fourccs[f], 1, 4000), dot = red(fourccs[f], 1, 1), out;

		/* libswscale may refuse to scale it. */
		ef_fitter_convert(fitter, &thin, &out);
		ef_fitter_convert(fitter, &dot, &out);
		free_image(&thin);
		free_image(&dot);
	}
	ef_fitter_destroy(&fitter);
}

static void a_compressed_render_is_refused(void **state)
{
	ef_fitter_t *fitter = ef_fitter_new(64, 48);
	ef_image_t in = {EF_MJPG, 64, 48, (const uint8_t *)"jpeg", 4}, out;

	(void)state;
	assert_int_equal(ef_fitter_convert(fitter, &in, &out), -1);
	in.w = 32;
	assert_int_equal(ef_fitter_convert(fitter, &in, &out), -1);
	ef_fitter_destroy(&fitter);
}

static void grey_keeps_its_range(void **state)
{
	ef_fitter_t *fitter = ef_fitter_new(64, 48);

	(void)state;
	for (int w = 32; w <= 64; w += 32) {
		ef_image_t in = red(EF_GREY, w, w * 3 / 4), out;

		assert_int_equal(ef_fitter_convert(fitter, &in, &out), 0);
		expect_pixel(&out, 10, 10, RED_Y, 128, 128);
		free_image(&in);
	}
	ef_fitter_destroy(&fitter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_at_every_size),
		cmocka_unit_test(i420_of_the_same_size_is_not_copied),
		cmocka_unit_test(another_aspect_gets_bars),
		cmocka_unit_test(bars_come_back_after_a_full_picture),
		cmocka_unit_test(areas_are_even_and_centred),
		cmocka_unit_test(extreme_aspects_are_safe),
		cmocka_unit_test(a_compressed_render_is_refused),
		cmocka_unit_test(grey_keeps_its_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
