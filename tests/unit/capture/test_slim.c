/* Frames for another machine: luma as JPEG, as much as the link takes. */
#include <stdlib.h>
#include <string.h>

#include "capture/slim.h"
#include "proto/picture/luma.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)

static const ef_congestion_t clear, waiting = {.unsent = 1}, slow = {.delay_ns = 100 * MS};

/* A picture with texture, so that its quality shows in its size. */
static ef_message_t textured(int w, int h, uint8_t **data)
{
	ef_message_t frame = {.head = {.kind = EF_FRAME, .seq = 7, .t = 5}};

	*data = malloc(ef_image_size(EF_I420, w, h));
	assert_non_null(*data);
	memset(*data, 128, ef_image_size(EF_I420, w, h));
	for (int i = 0; i < w * h; i++) {
		(*data)[i] = (uint8_t)(60 + (i % w) / 8 + i % 97 * 31 % 23);
	}
	frame.image = (ef_image_t){EF_I420, w, h, *data, ef_image_size(EF_I420, w, h)};
	return frame;
}

static void luma_arrives_as_jpeg_with_the_same_head(void **state)
{
	ef_slim_t *slim = ef_slim_new();
	ef_luma_reader_t *reader = ef_luma_reader_new();
	uint8_t *data;
	ef_message_t frame = textured(320, 240, &data);
	const ef_message_t *sent = ef_slim_frame(slim, &frame, &clear);
	const char *why;
	ef_luma_t luma;

	(void)state;
	assert_non_null(sent);
	assert_int_equal(sent->head.seq, 7);
	assert_int_equal(sent->head.t, 5);
	assert_int_equal(sent->image.fourcc, EF_MJPG);
	assert_true(sent->image.size < 320 * 240 / 2);
	assert_int_equal(ef_luma_read(reader, &sent->image, &luma, &why), 0);
	for (int i = 0; i < 320 * 240; i++) {
		assert_in_range(luma.data[i] - data[i] + 24, 0, 48);
	}
	ef_luma_reader_destroy(&reader);
	ef_slim_destroy(&slim);
	free(data);
}

static void the_quality_follows_what_the_link_takes(void **state)
{
	ef_slim_t *slim = ef_slim_new();
	uint8_t *data;
	ef_message_t frame = textured(320, 240, &data);
	size_t most = ef_slim_frame(slim, &frame, &clear)->image.size, least;
	const ef_message_t *sent = NULL;

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_null(ef_slim_frame(slim, &frame, &waiting));
	}
	sent = ef_slim_frame(slim, &frame, &clear);
	assert_non_null(sent);
	least = sent->image.size;
	assert_true(least < most / 3);
	for (int i = 0; i < 400; i++) {
		sent = ef_slim_frame(slim, &frame, &clear);
	}
	assert_int_equal(sent->image.size, most);
	ef_slim_destroy(&slim);
	free(data);
}

static void of_a_slow_link_every_second_frame_is_left_out_in_the_end(void **state)
{
	ef_slim_t *slim = ef_slim_new();
	uint8_t *data;
	ef_message_t frame = textured(320, 240, &data);
	int sent = 0;

	(void)state;
	/* First the quality falls. */
	for (int i = 0; i < 9; i++) {
		assert_non_null(ef_slim_frame(slim, &frame, &slow));
	}
	for (int i = 0; i < 30; i++) {
		sent += ef_slim_frame(slim, &frame, &slow) != NULL;
	}
	assert_int_equal(sent, 15);
	ef_slim_destroy(&slim);
	free(data);
}

static void wide_frames_become_smaller_in_the_same_shape(void **state)
{
	const int sides[][4] = {
		{1920, 1080, 640, 360}, {961, 1, 640, 1}, {960, 540, 960, 540}, {1, 2000, 1, 2000}};
	ef_slim_t *slim = ef_slim_new();

	(void)state;
	for (int i = 0; i < 4; i++) {
		uint8_t *data;
		ef_message_t frame = textured(sides[i][0], sides[i][1], &data);
		const ef_message_t *sent = ef_slim_frame(slim, &frame, &clear);

		assert_non_null(sent);
		assert_int_equal(sent->image.w, sides[i][2]);
		assert_int_equal(sent->image.h, sides[i][3]);
		free(data);
	}
	ef_slim_destroy(&slim);
}

static void what_is_no_picture_is_left_out_and_no_frame_passes(void **state)
{
	static const uint8_t garbage[] = "no JPEG at all";
	ef_slim_t *slim = ef_slim_new();
	ef_message_t broken = {
		.head = {.kind = EF_FRAME}, .image = {EF_MJPG, 320, 240, garbage, sizeof(garbage)}};
	ef_message_t end = {.head = {.kind = EF_END}};
	uint8_t *data;
	ef_message_t frame = textured(64, 64, &data);

	(void)state;
	assert_null(ef_slim_frame(slim, &broken, &clear));
	assert_ptr_equal(ef_slim_frame(slim, &end, &waiting), &end);
	assert_non_null(ef_slim_frame(slim, &frame, &clear));
	ef_slim_destroy(&slim);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(luma_arrives_as_jpeg_with_the_same_head),
		cmocka_unit_test(the_quality_follows_what_the_link_takes),
		cmocka_unit_test(of_a_slow_link_every_second_frame_is_left_out_in_the_end),
		cmocka_unit_test(wide_frames_become_smaller_in_the_same_shape),
		cmocka_unit_test(what_is_no_picture_is_left_out_and_no_frame_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
