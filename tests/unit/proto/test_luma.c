#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include "proto/picture/luma.h"

#define W 33 /* odd, as some webcams' sizes are */
#define H 17

static uint8_t pixel(int x, int y)
{
	return (uint8_t)(40 + 4 * x + 3 * y);
}

static ef_luma_t read_ok(ef_luma_reader_t *reader, const ef_image_t *image)
{
	const char *why = NULL;
	ef_luma_t luma;

	assert_true(ef_image_valid(image));
	assert_int_equal(ef_luma_read(reader, image, &luma, &why), 0);
	assert_int_equal(luma.w, W);
	assert_int_equal(luma.h, H);
	return luma;
}

static void assert_ramp(const ef_luma_t *luma, int tolerance)
{
	for (int y = 0; y < H; y++) {
		for (int x = 0; x < W; x++) {
			int off = luma->data[y * luma->stride + x] - pixel(x, y);

			assert_in_range(off + tolerance, 0, 2 * tolerance);
		}
	}
}

static void planar_formats_are_not_copied(void **state)
{
	const uint32_t formats[] = {EF_I420, EF_NV12, EF_GREY};
	ef_luma_reader_t *reader = ef_luma_reader_new();

	(void)state;
	for (int i = 0; i < 3; i++) {
		ef_image_t image = {formats[i], W, H, NULL, ef_image_size(formats[i], W, H)};
		uint8_t *data = calloc(1, image.size);
		ef_luma_t luma;

		for (int p = 0; p < W * H; p++) {
			data[p] = pixel(p % W, p / W);
		}
		image.data = data;
		luma = read_ok(reader, &image);
		assert_ptr_equal(luma.data, data);
		assert_ramp(&luma, 0);
		free(data);
	}
	ef_luma_reader_destroy(&reader);
	assert_null(reader);
}

static void yuyv(void **state)
{
	ef_image_t image = {EF_YUYV, W, H, NULL, ef_image_size(EF_YUYV, W, H)};
	uint8_t *data = calloc(1, image.size);
	ef_luma_reader_t *reader = ef_luma_reader_new();
	ef_luma_t luma;

	(void)state;
	for (int y = 0; y < H; y++) {
		for (int x = 0; x < W; x++) {
			data[y * 4 * ((W + 1) / 2) + 2 * x] = pixel(x, y);
		}
	}
	image.data = data;
	luma = read_ok(reader, &image);
	assert_ramp(&luma, 0);
	free(data);
	ef_luma_reader_destroy(&reader);
}

static void rgba(void **state)
{
	ef_image_t image = {EF_RGBA, W, H, NULL, ef_image_size(EF_RGBA, W, H)};
	uint8_t *data = calloc(1, image.size);
	ef_luma_reader_t *reader = ef_luma_reader_new();
	ef_luma_t luma;

	(void)state;
	for (int p = 0; p < W * H; p++) {
		memset(data + 4 * p, pixel(p % W, p / W), 3);
		data[4 * p + 3] = 255;
	}
	image.data = data;
	luma = read_ok(reader, &image);
	assert_ramp(&luma, 2);
	/* Red is darker than green and brighter than blue: the bytes are R, G, B, A. */
	memcpy(data, "\xff\0\0\xff\0\xff\0\xff", 8);
	luma = read_ok(reader, &image);
	assert_true(luma.data[0] > 50 && luma.data[0] < 100 && luma.data[1] > 130);
	free(data);
	ef_luma_reader_destroy(&reader);
}

static uint8_t *make_jpeg(unsigned long *size)
{
	static uint8_t grey[4 * W * H];
	tjhandle jpeg = tjInitCompress();
	uint8_t *data = NULL;

	for (int p = 0; p < W * H; p++) {
		memset(grey + 4 * p, pixel(p % W, p / W), 4);
	}
	assert_int_equal(
		tjCompress2(jpeg, grey, W, 4 * W, H, TJPF_RGBX, &data, size, TJSAMP_422, 95, 0), 0);
	tjDestroy(jpeg);
	return data;
}

static void mjpg(void **state)
{
	unsigned long size = 0;
	uint8_t *data = make_jpeg(&size);
	const ef_image_t image = {EF_MJPG, W, H, data, size};
	ef_luma_reader_t *reader = ef_luma_reader_new();
	ef_luma_t luma = read_ok(reader, &image);

	(void)state;
	assert_ramp(&luma, 6);
	tjFree(data);
	ef_luma_reader_destroy(&reader);
}

/* Most webcams leave out the Huffman tables, which are always the same. */
static void mjpg_without_tables(void **state)
{
	unsigned long size = 0;
	uint8_t *data = make_jpeg(&size);
	ef_luma_reader_t *reader = ef_luma_reader_new();
	ef_image_t image = {EF_MJPG, W, H, data, 0};
	ef_luma_t luma;

	(void)state;
	for (unsigned long at = 2; data[at + 1] != 0xda;) {
		unsigned long next = at + 2 + (unsigned long)(data[at + 2] << 8 | data[at + 3]);

		if (data[at + 1] == 0xc4) {
			memmove(data + at, data + next, size - next);
			size -= next - at;
		} else {
			at = next;
		}
	}
	image.size = size;
	luma = read_ok(reader, &image);
	assert_ramp(&luma, 6);
	tjFree(data);
	ef_luma_reader_destroy(&reader);
}

/* Some webcams leave out the end marker, some pad the buffer: the image is complete. */
static void mjpg_without_end_marker(void **state)
{
	unsigned long size = 0;
	uint8_t *data = make_jpeg(&size), *longer = calloc(1, size + 5000);
	ef_luma_reader_t *reader = ef_luma_reader_new();
	const ef_image_t images[] = {
		{EF_MJPG, W, H, data, size - 2}, /* no end */
		{EF_MJPG, W, H, data, size - 1}, /* half of it */
		{EF_MJPG, W, H, longer, size + 5000}, /* filled up with zeros */
		{EF_MJPG, W, H, longer, size}, /* zeros in its place */
	};

	(void)state;
	assert_memory_equal(data + size - 2, "\xff\xd9", 2);
	memcpy(longer, data, size);
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		ef_luma_t luma;

		if (i == 3) {
			memset(longer + size - 2, 0, 2);
		}
		luma = read_ok(reader, &images[i]);
		assert_ramp(&luma, 6);
	}
	free(longer);
	tjFree(data);
	ef_luma_reader_destroy(&reader);
}

static void broken_mjpg_does_not_affect_the_next(void **state)
{
	unsigned long size = 0;
	uint8_t *data = make_jpeg(&size), junk[300];
	ef_luma_reader_t *reader = ef_luma_reader_new();
	const ef_image_t good = {EF_MJPG, W, H, data, size};
	const ef_image_t bad[] = {
		{EF_MJPG, W, H, junk, sizeof(junk)}, /* not a JPEG */
		{EF_MJPG, W, H, data, 1},
		{EF_MJPG, W, H, data, size / 10}, /* the header ends early */
		{EF_MJPG, W, H, data, size - size / 8}, /* the image ends early */
		{EF_MJPG, W + 1, H, data, size}, /* of another size */
		{EF_MJPG, 4000, 3000, data, size},
	};

	(void)state;
	memset(junk, 0xd8, sizeof(junk));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *why = NULL;
		ef_luma_t luma;

		assert_int_equal(ef_luma_read(reader, &bad[i], &luma, &why), -1);
		assert_non_null(why);
		luma = read_ok(reader, &good);
		assert_ramp(&luma, 6);
	}
	/* A header truncated anywhere is refused, and does not affect the next image. */
	for (unsigned long cut = 2; cut < 600; cut++) {
		const ef_image_t head = {EF_MJPG, W, H, data, cut};
		const char *why = NULL;
		ef_luma_t luma;

		assert_int_equal(ef_luma_read(reader, &head, &luma, &why), -1);
		luma = read_ok(reader, &good);
		assert_ramp(&luma, 6);
	}
	/* With any one byte changed it is refused or read, and the next image is read. */
	for (unsigned long i = 0; i < size; i++) {
		const char *why = NULL;
		uint8_t kept = data[i];
		ef_luma_t luma;

		data[i] ^= 0x5a;
		ef_luma_read(reader, &good, &luma, &why);
		data[i] = kept;
		read_ok(reader, &good);
	}
	tjFree(data);
	ef_luma_reader_destroy(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planar_formats_are_not_copied),
		cmocka_unit_test(yuyv),
		cmocka_unit_test(rgba),
		cmocka_unit_test(mjpg),
		cmocka_unit_test(mjpg_without_tables),
		cmocka_unit_test(mjpg_without_end_marker),
		cmocka_unit_test(broken_mjpg_does_not_affect_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
