#include "capture/file/av_picture.h"

#include <libswscale/swscale.h>
#include <libyuv/rotate.h>
#include <stdlib.h>

#include "proto/base/buffer.h"
#include "proto/base/memory.h"

struct ef_av_picture {
	struct SwsContext *scaler;
	ef_buffer_t result, lying; /* lying: the picture before it is turned */
};

/* The three planes of a packed I420 picture. */
typedef struct {
	uint8_t *plane[4];
	int stride[4];
} planes_t;

static planes_t planes_of(uint8_t *data, int w, int h)
{
	int half_w = (w + 1) / 2, half_h = (h + 1) / 2;
	uint8_t *u = data + (size_t)w * (size_t)h;

	return (planes_t){
		{data, u, u + (size_t)half_w * (size_t)half_h, NULL}, {w, half_w, half_w, 0}};
}

ef_av_picture_t *ef_av_picture_new(void)
{
	return ef_memory_new(sizeof(ef_av_picture_t));
}

void ef_av_picture_destroy(ef_av_picture_t **picture_p)
{
	ef_av_picture_t *picture = *picture_p;

	if (picture != NULL) {
		sws_freeContext(picture->scaler);
		ef_buffer_finish(&picture->result);
		ef_buffer_finish(&picture->lying);
		free(picture);
		*picture_p = NULL;
	}
}

/* True for pictures whose luma goes from 0 to 255; on the wire it goes from 16 to 235. */
static int is_full_range(const AVFrame *frame)
{
	return frame->color_range == AVCOL_RANGE_JPEG || frame->format == AV_PIX_FMT_YUVJ420P ||
	       frame->format == AV_PIX_FMT_YUVJ422P || frame->format == AV_PIX_FMT_YUVJ444P;
}

static int scale(ef_av_picture_t *picture, const AVFrame *frame, const planes_t *to)
{
	const int *table = sws_getCoefficients(SWS_CS_DEFAULT);

	picture->scaler = sws_getCachedContext(picture->scaler, frame->width, frame->height,
		frame->format, frame->width, frame->height, AV_PIX_FMT_YUV420P,
		SWS_BILINEAR | SWS_ACCURATE_RND, NULL, NULL, NULL);
	if (picture->scaler == NULL) {
		return -1;
	}
	sws_setColorspaceDetails(
		picture->scaler, table, is_full_range(frame), table, 0, 0, 1 << 16, 1 << 16);
	return sws_scale(picture->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0,
		       frame->height, to->plane, to->stride) > 0
		       ? 0
		       : -1;
}

static int turn(const AVFrame *frame, const planes_t *from, const planes_t *to, int degrees)
{
	return I420Rotate(from->plane[0], from->stride[0], from->plane[1], from->stride[1],
		from->plane[2], from->stride[2], to->plane[0], to->stride[0], to->plane[1],
		to->stride[1], to->plane[2], to->stride[2], frame->width, frame->height,
		(enum RotationMode)degrees);
}

int ef_av_picture_convert(
	ef_av_picture_t *picture, const AVFrame *frame, int degrees, ef_image_t *image)
{
	int w = frame->width, h = frame->height;
	int swapped = degrees == 90 || degrees == 270;
	size_t size = ef_image_size(EF_I420, swapped ? h : w, swapped ? w : h);
	planes_t from, to;
	int ready = frame->format == AV_PIX_FMT_YUV420P && !is_full_range(frame);

	if (size == 0 || ef_buffer_reserve(&picture->result, size) == NULL) {
		return -1;
	}
	*image =
		(ef_image_t){EF_I420, swapped ? h : w, swapped ? w : h, picture->result.data, size};
	to = planes_of(picture->result.data, image->w, image->h);
	from = (planes_t){{frame->data[0], frame->data[1], frame->data[2], NULL},
		{frame->linesize[0], frame->linesize[1], frame->linesize[2], 0}};
	if (!ready && degrees == 0) {
		return scale(picture, frame, &to);
	}
	if (!ready) {
		if (ef_buffer_reserve(&picture->lying, ef_image_size(EF_I420, w, h)) == NULL) {
			return -1;
		}
		from = planes_of(picture->lying.data, w, h);
		if (scale(picture, frame, &from) == -1) {
			return -1;
		}
	}
	return turn(frame, &from, &to, degrees) == 0 ? 0 : -1;
}
