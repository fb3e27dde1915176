#include "proto/picture/luma.h"

#include <libyuv.h>
#include <stdlib.h>

#include "proto/base/buffer.h"
#include "proto/base/memory.h"
#include "proto/picture/jpeg.h"

struct ef_luma_reader {
	ef_buffer_t plane;
	ef_jpeg_t *jpeg;
};

ef_luma_reader_t *ef_luma_reader_new(void)
{
	ef_luma_reader_t *reader = ef_memory_new(sizeof(*reader));

	reader->jpeg = ef_jpeg_new();
	return reader;
}

void ef_luma_reader_destroy(ef_luma_reader_t **reader_p)
{
	ef_luma_reader_t *reader = *reader_p;

	if (reader != NULL) {
		ef_jpeg_destroy(&reader->jpeg);
		ef_buffer_finish(&reader->plane);
		free(reader);
		*reader_p = NULL;
	}
}

int ef_luma_read(
	ef_luma_reader_t *reader, const ef_image_t *image, ef_luma_t *luma, const char **why)
{
	int w = image->w, h = image->h, row = 4 * ((w + 1) / 2);

	*luma = (ef_luma_t){.data = image->data, .stride = w, .w = w, .h = h};
	if (image->fourcc == EF_I420 || image->fourcc == EF_NV12 || image->fourcc == EF_GREY) {
		return 0;
	}
	luma->data = ef_buffer_reserve(&reader->plane, (size_t)w * (size_t)h);
	if (luma->data == NULL) {
		*why = "out of memory";
		return -1;
	}
	switch (image->fourcc) {
	case EF_YUYV:
		YUY2ToY(image->data, row, reader->plane.data, w, w, h);
		return 0;
	case EF_RGBA:
		/* libyuv names formats as a little-endian word: ABGR is R, G, B, A in memory. */
		ABGRToJ400(image->data, 4 * w, reader->plane.data, w, w, h);
		return 0;
	case EF_MJPG:
		/* JPEG stores luma separately, so grey output skips the colour arithmetic. A
		 * truncated JPEG is refused: the tracker would search its grey remainder. */
		return ef_jpeg_read(reader->jpeg, image, TJPF_GRAY, reader->plane.data, why) == 0
			       ? 0
			       : -1;
	default:
		*why = "its pixel format has no luma";
		return -1;
	}
}
