/* Pictures in a device's formats show the same colours as the I420 they were made of. */
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include "sink/output/device_picture.h"
#include "tests/unit/unit.h"

#define W 32
#define H 16
#define PIXELS (W * H)

/* One colour, Y 120, U 90, V 160, in the usual limited range. */
static uint8_t pixels[PIXELS * 3 / 2];
static const ef_image_t image = {EF_I420, W, H, pixels, sizeof(pixels)};

static int fill(void **state)
{
	(void)state;
	memset(pixels, 120, PIXELS);
	memset(pixels + PIXELS, 90, PIXELS / 4);
	memset(pixels + PIXELS * 5 / 4, 160, PIXELS / 4);
	return 0;
}

static const uint8_t *make(uint32_t fourcc, ef_device_picture_t **picture, size_t *size)
{
	const uint8_t *data = NULL;

	*picture = ef_device_picture_new(fourcc, W, H);
	assert_int_equal(ef_device_picture_make(*picture, &image, &data, size), 0);
	assert_true(*size <= ef_device_picture_room(*picture));
	return data;
}

static void raw_formats_hold_the_same_samples(void **state)
{
	static const uint8_t yuyv[] = {120, 90, 120, 160};
	ef_device_picture_t *picture;
	const uint8_t *data;
	size_t size;

	(void)state;
	data = make(EF_YUYV, &picture, &size);
	assert_int_equal(size, PIXELS * 2);
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(data[i], yuyv[i % 4]);
	}
	ef_device_picture_destroy(&picture);
	data = make(EF_NV12, &picture, &size);
	assert_int_equal(size, PIXELS * 3 / 2);
	assert_int_equal(data[PIXELS - 1], 120);
	assert_int_equal(data[PIXELS], 90);
	assert_int_equal(data[size - 1], 160);
	ef_device_picture_destroy(&picture);
	data = make(EF_I420, &picture, &size);
	assert_ptr_equal(data, pixels);
	ef_device_picture_destroy(&picture);
	assert_null(picture);
}

/* Readers take a JPEG for full range: black must not become grey. */
static void a_jpeg_shows_the_same_colour(void **state)
{
	ef_device_picture_t *picture;
	size_t size;
	const uint8_t *data = make(EF_MJPG, &picture, &size);
	tjhandle jpeg = tjInitDecompress();
	uint8_t rgb[3 * PIXELS];

	(void)state;
	assert_true(size > 100 && size < sizeof(pixels) * 2);
	assert_int_equal(tjDecompress2(jpeg, data, size, rgb, W, 3 * W, H, TJPF_RGB, 0), 0);
	tjDestroy(jpeg);
	ef_device_picture_destroy(&picture);
	/* BT.601: R = 1.164 (Y - 16) + 1.596 (V - 128), and so on. */
	for (int i = 0; i < 3 * PIXELS; i += 3) {
		assert_in_range(rgb[i], 172 - 4, 172 + 4);
		assert_in_range(rgb[i + 1], 110 - 4, 110 + 4);
		assert_in_range(rgb[i + 2], 44 - 4, 44 + 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_formats_hold_the_same_samples),
		cmocka_unit_test(a_jpeg_shows_the_same_colour),
	};

	return cmocka_run_group_tests_name("device_picture", tests, fill, NULL);
}
