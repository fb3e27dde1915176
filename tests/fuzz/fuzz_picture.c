/* Images from messages, mainly JPEG, as the tracker and the monitor read them. Byte 0 selects the
 * format, the next four are width and height; the rest is the data. */
#include <string.h>

#include "monitor/canvas.h"
#include "monitor/wire_picture.h"
#include "tests/fuzz/fuzz.h"
#include "proto/picture/luma.h"

#define HEAD 5
#define PIXELS_MAX (1 << 20) /* more would be slow, and find nothing new */

static ef_luma_reader_t *luma_reader;
static ef_jpeg_t *jpeg;
static ef_canvas_t canvas;

static ef_image_t image_of(const uint8_t *data, size_t size)
{
	static const uint32_t formats[] = {
		EF_MJPG, EF_I420, EF_YUYV, EF_NV12, EF_GREY, EF_RGBA, EF_MJPG, 0};

	return (ef_image_t){
		.fourcc = formats[data[0] % 8],
		.w = data[1] << 8 | data[2],
		.h = data[3] << 8 | data[4],
		.data = data + HEAD,
		.size = size - HEAD,
	};
}

/* Reads both ends of every row, so that a sanitizer detects a plane that is too small. */
static int touch(const ef_luma_t *luma)
{
	int sum = 0;

	for (int y = 0; y < luma->h; y++) {
		const uint8_t *row = luma->data + (size_t)y * (size_t)luma->stride;

		sum += row[0] + row[luma->w - 1];
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why = NULL;
	ef_luma_t luma;
	ef_image_t image;

	if (size < HEAD) {
		return 0;
	}
	image = image_of(data, size);
	if (!ef_image_valid(&image) || (int64_t)image.w * image.h > PIXELS_MAX) {
		return 0;
	}
	if (luma_reader == NULL) {
		luma_reader = ef_luma_reader_new();
		jpeg = ef_jpeg_new();
	}
	if (ef_luma_read(luma_reader, &image, &luma, &why) == 0) {
		fuzz_check(luma.w == image.w && luma.h == image.h && luma.stride >= luma.w,
			"luma is of the picture's size");
		fuzz_check(touch(&luma) >= 0, "luma can be read");
	} else {
		fuzz_check(why != NULL && why[0] != '\0', "a refusal has a reason");
	}
	why = NULL;
	if (ef_picture_read(jpeg, &image, &canvas, &why) == 0) {
		fuzz_check(canvas.w == image.w && canvas.h == image.h,
			"the canvas is of the picture's size");
	} else {
		fuzz_check(why != NULL && why[0] != '\0', "a refusal has a reason");
	}
	return 0;
}
