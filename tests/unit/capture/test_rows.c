/* Padding between rows is left out, in every plane. */
#include <stdlib.h>
#include <string.h>

#include "capture/v4l2/rows.h"
#include "proto/wire/image.h"
#include "tests/unit/unit.h"

#define PAD 0xee

/* Lays rows of 1, 2, 3, ... out with padding, packs them and checks that only they are left. */
static void check(uint32_t fourcc, int w, int h, size_t stride, const size_t rows[][3])
{
	size_t padded = ef_rows_size(fourcc, w, h, stride), packed = ef_image_size(fourcc, w, h);
	uint8_t *from = malloc(padded), *to = malloc(packed), *at = from, value = 1;
	size_t seen = 0;

	memset(from, PAD, padded);
	for (; (*rows)[0] > 0; rows++) {
		for (size_t row = 0; row < (*rows)[2]; row++) {
			memset(at, value++, (*rows)[0]);
			at += (*rows)[1];
		}
	}
	assert_int_equal(at - from, padded);
	ef_rows_pack(fourcc, w, h, from, stride, to);
	for (size_t i = 0; i < packed; i++) {
		assert_int_not_equal(to[i], PAD);
		assert_true(to[i] >= seen);
		seen = to[i];
	}
	assert_int_equal(seen, value - 1);
	free(from);
	free(to);
}

static void padding_is_left_out(void **state)
{
	/* Of each plane: bytes of a row, stride, rows. */
	static const size_t i420[][3] = {{6, 16, 4}, {3, 8, 2}, {3, 8, 2}, {0}};
	static const size_t nv12[][3] = {{6, 16, 4}, {6, 16, 2}, {0}};
	static const size_t yuyv[][3] = {{12, 32, 4}, {0}};
	static const size_t rgba[][3] = {{24, 32, 4}, {0}};
	static const size_t grey[][3] = {{6, 7, 4}, {0}};

	(void)state;
	check(EF_I420, 6, 4, 16, i420);
	check(EF_NV12, 6, 4, 16, nv12);
	check(EF_YUYV, 6, 4, 32, yuyv);
	check(EF_RGBA, 6, 4, 32, rgba);
	check(EF_GREY, 6, 4, 7, grey);
}

static void odd_sides_round_chroma_up(void **state)
{
	static const size_t i420[][3] = {{5, 8, 3}, {3, 4, 2}, {3, 4, 2}, {0}};
	static const size_t nv12[][3] = {{5, 8, 3}, {6, 8, 2}, {0}};
	static const size_t i420_tight[][3] = {{5, 5, 3}, {3, 3, 2}, {3, 3, 2}, {0}};
	static const size_t nv12_tight[][3] = {{5, 5, 3}, {6, 6, 2}, {0}};
	static const size_t grey_tight[][3] = {{5, 5, 3}, {0}};

	(void)state;
	check(EF_I420, 5, 3, 8, i420);
	check(EF_NV12, 5, 3, 8, nv12);
	/* The layout that Linux itself uses for drivers without one of their own. */
	check(EF_I420, 5, 3, 5, i420_tight);
	check(EF_NV12, 5, 3, 5, nv12_tight);
	check(EF_GREY, 5, 3, 5, grey_tight);
}

/* Rows of an odd number of pixels, which end in the middle of a pair: its second half is that of
 * the pair before. */
static void half_a_pair_of_yuyv_is_completed(void **state)
{
	static const uint8_t from[] = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16};
	static const uint8_t wanted[] = {1, 2, 3, 4, 5, 6, 3, 4, 11, 12, 13, 14, 15, 16, 13, 14};
	uint8_t packed[sizeof(wanted)];

	(void)state;
	assert_int_equal(ef_image_size(EF_YUYV, 3, 2), sizeof(wanted));
	assert_int_equal(ef_rows_size(EF_YUYV, 3, 2, 6), sizeof(from));
	ef_rows_pack(EF_YUYV, 3, 2, from, 6, packed);
	assert_memory_equal(packed, wanted, sizeof(wanted));
	/* Whole pairs need nothing. */
	assert_int_equal(ef_rows_size(EF_YUYV, 3, 2, 8), sizeof(wanted));
	ef_rows_pack(EF_YUYV, 3, 2, wanted, 8, packed);
	assert_memory_equal(packed, wanted, sizeof(wanted));
}

static void a_stride_that_is_too_short_has_no_size(void **state)
{
	(void)state;
	assert_int_equal(ef_rows_size(EF_I420, 6, 4, 5), 0);
	assert_int_equal(ef_rows_size(EF_YUYV, 6, 4, 6), 0);
	assert_int_equal(ef_rows_size(EF_NV12, 5, 3, 4), 0);
	assert_int_equal(ef_rows_size(EF_YUYV, 5, 3, 9), 0);
	assert_int_equal(ef_rows_size(EF_YUYV, 1, 1, 2), 0);
	assert_int_equal(ef_rows_size(EF_MJPG, 6, 4, 6), 0);
	assert_int_equal(ef_rows_size(EF_GREY, 6, 4, 0), 0);
}

static void packed_rows_have_the_size_of_the_wire(void **state)
{
	(void)state;
	assert_int_equal(ef_rows_size(EF_I420, 640, 480, 640), ef_image_size(EF_I420, 640, 480));
	assert_int_equal(ef_rows_size(EF_NV12, 640, 480, 640), ef_image_size(EF_NV12, 640, 480));
	assert_int_equal(ef_rows_size(EF_YUYV, 640, 480, 1280), ef_image_size(EF_YUYV, 640, 480));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padding_is_left_out),
		cmocka_unit_test(odd_sides_round_chroma_up),
		cmocka_unit_test(half_a_pair_of_yuyv_is_completed),
		cmocka_unit_test(a_stride_that_is_too_short_has_no_size),
		cmocka_unit_test(packed_rows_have_the_size_of_the_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
