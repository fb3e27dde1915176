/* Which mode a webcam is asked for, by the modes that its driver lists. */
#include "capture/v4l2/v4l2_mode.h"
#include "proto/wire/image.h"
#include "tests/unit/unit.h"

#define ONE(fourcc_, w_, h_, fps_)                                                                 \
	{                                                                                          \
		.fourcc = fourcc_, .min_w = w_, .max_w = w_, .step_w = 1, .min_h = h_,             \
		.max_h = h_, .step_h = 1, .fps = fps_                                              \
	}
#define COUNT(modes) ((int)(sizeof(modes) / sizeof((modes)[0])))

/* As a common USB webcam lists them: raw pictures are slow at 720p. */
static const ef_mode_t webcam[] = {
	ONE(EF_MJPG, 1280, 720, 30),
	ONE(EF_MJPG, 640, 480, 30),
	ONE(EF_MJPG, 320, 240, 30),
	ONE(EF_YUYV, 640, 480, 30),
	ONE(EF_YUYV, 320, 240, 30),
	ONE(EF_YUYV, 1280, 720, 10),
};

static const ef_rate_t any_rate = {0, 1};
static const ef_size_t any_size = {0, 0};

static void expect(const ef_mode_t *modes, int count, uint32_t fourcc, ef_size_t size,
	ef_rate_t rate, uint32_t wanted, int w, int h)
{
	ef_mode_choice_t choice;

	assert_int_equal(ef_mode_choose(modes, count, fourcc, size, rate, &choice), 0);
	assert_int_equal(choice.fourcc, wanted);
	assert_int_equal(choice.w, w);
	assert_int_equal(choice.h, h);
}

static void small_pictures_are_raw(void **state)
{
	(void)state;
	expect(webcam, COUNT(webcam), 0, any_size, any_rate, EF_YUYV, 640, 480);
	expect(webcam, COUNT(webcam), 0, (ef_size_t){320, 240}, any_rate, EF_YUYV, 320, 240);
}

static void large_pictures_are_compressed(void **state)
{
	static const ef_mode_t fast[] = {ONE(EF_YUYV, 1280, 720, 30), ONE(EF_MJPG, 1280, 720, 30)};

	(void)state;
	expect(webcam, COUNT(webcam), 0, (ef_size_t){1280, 720}, any_rate, EF_MJPG, 1280, 720);
	expect(fast, 2, 0, (ef_size_t){1280, 720}, any_rate, EF_MJPG, 1280, 720);
}

static void mjpg_when_raw_cannot_do_the_rate(void **state)
{
	static const ef_mode_t modes[] = {
		ONE(EF_YUYV, 640, 480, 15), ONE(EF_NV12, 640, 480, 20), ONE(EF_MJPG, 640, 480, 30)};

	(void)state;
	expect(modes, 3, 0, any_size, any_rate, EF_MJPG, 640, 480);
	expect(modes, 3, 0, any_size, (ef_rate_t){15, 1}, EF_YUYV, 640, 480);
	/* Nobody can: the fastest. */
	expect(modes, 2, 0, any_size, any_rate, EF_NV12, 640, 480);
	/* 29.97 is 30. */
	expect(modes, 3, 0, any_size, (ef_rate_t){15015, 1000}, EF_YUYV, 640, 480);
}

static void options_override(void **state)
{
	(void)state;
	expect(webcam, COUNT(webcam), EF_MJPG, any_size, any_rate, EF_MJPG, 640, 480);
	expect(webcam, COUNT(webcam), EF_YUYV, (ef_size_t){1280, 720}, any_rate, EF_YUYV, 1280,
		720);
}

static void the_nearest_size_is_taken(void **state)
{
	(void)state;
	expect(webcam, COUNT(webcam), 0, (ef_size_t){600, 400}, any_rate, EF_YUYV, 640, 480);
	expect(webcam, COUNT(webcam), 0, (ef_size_t){1920, 1080}, any_rate, EF_MJPG, 1280, 720);
}

static void ranges_are_clamped_to_their_steps(void **state)
{
	static const ef_mode_t range[] = {{.fourcc = EF_NV12,
		.min_w = 48,
		.max_w = 1280,
		.step_w = 16,
		.min_h = 32,
		.max_h = 720,
		.step_h = 8,
		.fps = 60}};

	(void)state;
	expect(range, 1, 0, any_size, any_rate, EF_NV12, 640, 480);
	expect(range, 1, 0, (ef_size_t){650, 487}, any_rate, EF_NV12, 640, 480);
	expect(range, 1, 0, (ef_size_t){4000, 3000}, any_rate, EF_NV12, 1280, 720);
	expect(range, 1, 0, (ef_size_t){8, 8}, any_rate, EF_NV12, 48, 32);
}

static void infrared_is_the_last_resort(void **state)
{
	static const ef_mode_t modes[] = {ONE(EF_GREY, 640, 480, 30), ONE(EF_MJPG, 640, 480, 30)};

	(void)state;
	expect(modes, 2, 0, any_size, any_rate, EF_MJPG, 640, 480);
	expect(modes, 1, 0, any_size, any_rate, EF_GREY, 640, 480);
}

static void nothing_suitable_is_an_error(void **state)
{
	ef_mode_choice_t choice;

	(void)state;
	assert_int_equal(ef_mode_choose(webcam, 0, 0, any_size, any_rate, &choice), -1);
	assert_int_equal(
		ef_mode_choose(webcam, COUNT(webcam), EF_NV12, any_size, any_rate, &choice), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pictures_are_raw),
		cmocka_unit_test(large_pictures_are_compressed),
		cmocka_unit_test(mjpg_when_raw_cannot_do_the_rate),
		cmocka_unit_test(options_override),
		cmocka_unit_test(the_nearest_size_is_taken),
		cmocka_unit_test(ranges_are_clamped_to_their_steps),
		cmocka_unit_test(infrared_is_the_last_resort),
		cmocka_unit_test(nothing_suitable_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
