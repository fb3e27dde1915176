#include "sink/output/device_picture.h"

#include <libyuv/convert_argb.h>
#include <libyuv/convert_from.h>
#include <stdlib.h>
#include <turbojpeg.h>

#include "proto/base/memory.h"

#define QUALITY 90 /* of 100; high, because readers compress once more */

struct ef_device_picture {
	uint32_t fourcc;
	uint8_t *data;
	size_t room;
	/* MJPG only. */
	tjhandle jpeg;
	uint8_t *rgb;
};

ef_device_picture_t *ef_device_picture_new(uint32_t fourcc, int w, int h)
{
	ef_device_picture_t *picture = ef_memory_new(sizeof(*picture));

	picture->fourcc = fourcc;
	picture->room = ef_image_size(fourcc, w, h);
	if (fourcc == EF_MJPG) {
		picture->room = tjBufSize(w, h, TJSAMP_420);
		picture->rgb = ef_memory_new((size_t)4 * (size_t)w * (size_t)h);
		picture->jpeg = tjInitCompress();
	}
	picture->data = ef_memory_new(picture->room);
	if (fourcc == EF_MJPG && picture->jpeg == NULL) {
		ef_device_picture_destroy(&picture);
	}
	return picture;
}

void ef_device_picture_destroy(ef_device_picture_t **picture_p)
{
	ef_device_picture_t *picture = *picture_p;

	if (picture != NULL) {
		if (picture->jpeg != NULL) {
			tjDestroy(picture->jpeg);
		}
		free(picture->rgb);
		free(picture->data);
		free(picture);
		*picture_p = NULL;
	}
}

size_t ef_device_picture_room(const ef_device_picture_t *picture)
{
	return picture->room;
}

/* Compresses by way of RGB: JPEG is full range, and I420 here is limited range. */
static int compress(ef_device_picture_t *picture, const ef_image_t *image, size_t *size)
{
	int w = image->w, h = image->h;
	const uint8_t *y = image->data, *u = y + w * h, *v = u + w / 2 * (h / 2);
	unsigned long length = picture->room;

	I420ToARGB(y, w, u, w / 2, v, w / 2, picture->rgb, 4 * w, w, h);
	/* libyuv's ARGB is B, G, R, A in memory. */
	if (tjCompress2(picture->jpeg, picture->rgb, w, 4 * w, h, TJPF_BGRA, &picture->data,
		    &length, TJSAMP_420, QUALITY, TJFLAG_NOREALLOC | TJFLAG_FASTDCT) != 0) {
		return -1;
	}
	*size = length;
	return 0;
}

int ef_device_picture_make(
	ef_device_picture_t *picture, const ef_image_t *image, const uint8_t **data, size_t *size)
{
	int w = image->w, h = image->h;
	const uint8_t *y = image->data, *u = y + w * h, *v = u + w / 2 * (h / 2);
	uint8_t *to = picture->data;

	*data = to;
	*size = picture->room;
	switch (picture->fourcc) {
	case EF_YUYV:
		return I420ToYUY2(y, w, u, w / 2, v, w / 2, to, 2 * w, w, h);
	case EF_NV12:
		return I420ToNV12(y, w, u, w / 2, v, w / 2, to, w, to + w * h, w, w, h);
	case EF_MJPG:
		return compress(picture, image, size);
	default:
		*data = y;
		return 0;
	}
}
