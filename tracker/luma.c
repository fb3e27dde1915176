#include "tracker/luma.h"

#include <libyuv.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

struct ef_luma_reader {
	uint8_t *plane;
	size_t size; /* of plane, bytes */
	tjhandle jpeg; /* made for the first MJPG */
};

ef_luma_reader_t *ef_luma_reader_new(void)
{
	return calloc(1, sizeof(ef_luma_reader_t));
}

void ef_luma_reader_destroy(ef_luma_reader_t **reader_p)
{
	ef_luma_reader_t *reader = *reader_p;

	if (reader != NULL) {
		if (reader->jpeg != NULL) {
			tjDestroy(reader->jpeg);
		}
		free(reader->plane);
		free(reader);
		*reader_p = NULL;
	}
}

static uint8_t *plane_of(ef_luma_reader_t *reader, int w, int h)
{
	size_t need = (size_t)w * (size_t)h;

	if (reader->size < need) {
		free(reader->plane);
		reader->plane = malloc(need);
		reader->size = reader->plane != NULL ? need : 0;
	}
	return reader->plane;
}

/* JPEG stores luma first, so that grey output skips the colour's arithmetic. */
static int decode_jpeg(ef_luma_reader_t *reader, const ef_image_t *image, const char **why)
{
	int w, h, sampling, colours;
	unsigned long size = image->size;

	if (reader->jpeg == NULL) {
		reader->jpeg = tjInitDecompress();
	}
	if (reader->jpeg == NULL) {
		*why = "no memory for a JPEG decoder";
		return -1;
	}
	if (tjDecompressHeader3(reader->jpeg, image->data, size, &w, &h, &sampling, &colours) !=
		0) {
		*why = tjGetErrorStr2(reader->jpeg);
		return -1;
	}
	if (w != image->w || h != image->h) {
		*why = "the JPEG is of another size than its message says";
		return -1;
	}
	/* Cameras leave stray bytes between the segments, which is only a warning and does no harm;
	 * half a picture is a warning too, but its grey rest would be taken for what was seen. */
	if (tjDecompress2(reader->jpeg, image->data, size, reader->plane, w, w, h, TJPF_GRAY, 0) !=
		0) {
		*why = tjGetErrorStr2(reader->jpeg);
		if (tjGetErrorCode(reader->jpeg) == TJERR_FATAL || strstr(*why, "remature end")) {
			return -1;
		}
	}
	return 0;
}

int ef_luma_read(
	ef_luma_reader_t *reader, const ef_image_t *image, ef_luma_t *luma, const char **why)
{
	int w = image->w, h = image->h, row = 4 * ((w + 1) / 2);

	*luma = (ef_luma_t){.data = image->data, .stride = w, .w = w, .h = h};
	if (image->fourcc == EF_I420 || image->fourcc == EF_NV12 || image->fourcc == EF_GREY) {
		return 0;
	}
	luma->data = plane_of(reader, w, h);
	if (luma->data == NULL) {
		*why = "no memory for its luma";
		return -1;
	}
	switch (image->fourcc) {
	case EF_YUYV:
		YUY2ToY(image->data, row, reader->plane, w, w, h);
		return 0;
	case EF_RGBA:
		/* libyuv names formats as a little-endian word: ABGR is R, G, B, A in memory. */
		ABGRToJ400(image->data, 4 * w, reader->plane, w, w, h);
		return 0;
	case EF_MJPG:
		return decode_jpeg(reader, image, why);
	default:
		*why = "a format without luma";
		return -1;
	}
}
