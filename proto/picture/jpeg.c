#include "proto/picture/jpeg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buffer.h"
#include "proto/base/memory.h"

struct ef_jpeg {
	tjhandle decoder; /* NULL: one is made for the next picture */
	ef_buffer_t ended; /* a picture with the end marker it lacked */
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

/* The data with an end marker. Some cameras leave it out, which the decoder would not tell from a
 * picture cut short; a second one, as behind the padding of others, is not looked at. NULL when
 * memory runs out. */
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

/* What many cameras do all the time, and what changes nothing in the picture. */
static int is_harmless(const char *warning)
{
	return strstr(warning, "extraneous bytes before marker") != NULL ||
	       strstr(warning, "Invalid SOS parameters") != NULL ||
	       strstr(warning, "unknown JFIF revision") != NULL ||
	       strstr(warning, "Unknown Adobe color transform") != NULL;
}

/* How many scans there are at most: their markers, which picture data cannot hold, and perhaps
 * those of a thumbnail in the head. */
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
		return fail(jpeg, -1, "no memory to decode JPEG", why);
	}
	if (tjDecompressHeader3(jpeg->decoder, data, size, &w, &h, &sampling, &colours) != 0) {
		fail(jpeg, -1, tjGetErrorStr2(jpeg->decoder), why);
		/* It would go on in the middle of this head with the next picture. */
		drop_decoder(jpeg);
		return -1;
	}
	if (w != image->w || h != image->h) {
		return fail(jpeg, -1, "the JPEG is of another size than its message says", why);
	}
	if ((int64_t)w * h > EF_JPEG_PIXELS_MAX) {
		return fail(jpeg, -1,
			"a JPEG of more than 32 million pixels; make the camera's picture smaller",
			why);
	}
	if (count_scans(data, size) > EF_JPEG_SCANS_MAX) {
		return fail(jpeg, -1, "a JPEG of more than 16 scans, which no camera makes", why);
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
