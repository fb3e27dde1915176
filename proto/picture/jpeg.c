#include "proto/picture/jpeg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buffer.h"
#include "proto/base/memory.h"

struct ef_jpeg {
	tjhandle decoder; /* NULL: created for the next image */
	ef_buffer_t ended; /* a copy of an image that lacked its end marker, with one */
	char why[256];
};

ef_jpeg_t *ef_jpeg_new(void)
{
	return ef_memory_new(sizeof(ef_jpeg_t));
}

static void drop_decoder(ef_jpeg_t *jpeg)
{
	if (jpeg->decoder != NULL) {
		tjDestroy(jpeg->decoder);
		jpeg->decoder = NULL;
	}
}

void ef_jpeg_destroy(ef_jpeg_t **jpeg_p)
{
	if (*jpeg_p != NULL) {
		drop_decoder(*jpeg_p);
		ef_buffer_finish(&(*jpeg_p)->ended);
		free(*jpeg_p);
		*jpeg_p = NULL;
	}
}

static int fail(ef_jpeg_t *jpeg, int status, const char *reason, const char **why)
{
	snprintf(jpeg->why, sizeof(jpeg->why), "%s", reason);
	*why = jpeg->why;
	return status;
}

/* The data with an end marker. Some webcams leave it out, which the decoder could not tell from a
 * truncated image. Others pad the data after the marker; a second marker there does no harm. NULL
 * when memory runs out. */
static const uint8_t *with_end(ef_jpeg_t *jpeg, const ef_image_t *image, unsigned long *size)
{
	static const uint8_t end[] = {0xff, 0xd9};
	size_t need = image->size + sizeof(end);
	uint8_t *ended;

	*size = image->size;
	if (*size >= sizeof(end) && memcmp(image->data + *size - 2, end, sizeof(end)) == 0) {
		return image->data;
	}
	ended = ef_buffer_reserve(&jpeg->ended, need);
	if (ended != NULL) {
		memcpy(ended, image->data, *size);
		memcpy(ended + *size, end, sizeof(end));
		*size = need;
	}
	return ended;
}

/* Warnings about what many webcams do and what does not change the image. */
static int is_harmless(const char *warning)
{
	return strstr(warning, "extraneous bytes before marker") != NULL ||
	       strstr(warning, "Invalid SOS parameters") != NULL ||
	       strstr(warning, "unknown JFIF revision") != NULL ||
	       strstr(warning, "Unknown Adobe color transform") != NULL;
}

/* An upper bound of the number of scans: counts their markers, which image data cannot contain, and
 * perhaps those of a thumbnail in the header. */
static int count_scans(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size - 1, *at = data;
	int count = 0;

	while (at < end && (at = memchr(at, 0xff, (size_t)(end - at))) != NULL) {
		count += at[1] == 0xda;
		at++;
	}
	return count;
}

int ef_jpeg_read(
	ef_jpeg_t *jpeg, const ef_image_t *image, int format, uint8_t *pixels, const char **why)
{
	int w, h, sampling, colours;
	unsigned long size;
	const uint8_t *data = with_end(jpeg, image, &size);
	const char *said;

	if (jpeg->decoder == NULL) {
		jpeg->decoder = tjInitDecompress();
	}
	if (jpeg->decoder == NULL || data == NULL) {
		return fail(jpeg, -1, "out of memory", why);
	}
	if (tjDecompressHeader3(jpeg->decoder, data, size, &w, &h, &sampling, &colours) != 0) {
		fail(jpeg, -1, tjGetErrorStr2(jpeg->decoder), why);
		/* This decoder would continue inside this header with the next image. */
		drop_decoder(jpeg);
		return -1;
	}
	if (w != image->w || h != image->h) {
		return fail(
			jpeg, -1, "the JPEG's size is not the one that its message declares", why);
	}
	if ((int64_t)w * h > EF_JPEG_PIXELS_MAX) {
		return fail(jpeg, -1,
			"the JPEG has more than 32 million pixels; set the webcam to a smaller "
			"size",
			why);
	}
	if (count_scans(data, size) > EF_JPEG_SCANS_MAX) {
		return fail(
			jpeg, -1, "the JPEG has more than 16 scans, which no webcam sends", why);
	}
	if (tjDecompress2(jpeg->decoder, data, size, pixels, w, 0, h, format, 0) == 0) {
		return 0;
	}
	said = tjGetErrorStr2(jpeg->decoder);
	if (tjGetErrorCode(jpeg->decoder) == TJERR_FATAL) {
		return fail(jpeg, -1, said, why);
	}
	return is_harmless(said) ? 0 : fail(jpeg, 1, said, why);
}
