#include "capture/v4l2/rows.h"

#include <string.h>

#include "proto/wire/image.h"

typedef struct {
	size_t bytes, stride; /* of one row */
	size_t rows;
	size_t missing; /* bytes at the end of a row that only the packed one has */
} plane_t;

/* Sets the planes in memory order. Returns how many, 0 for a format without rows. */
static int planes_of(uint32_t fourcc, int w, int h, size_t stride, plane_t planes[3])
{
	size_t half_w = ((size_t)w + 1) / 2, half_h = ((size_t)h + 1) / 2;

	planes[0] = (plane_t){(size_t)w, stride, (size_t)h, 0};
	switch (fourcc) {
	case EF_I420:
		planes[1] = planes[2] = (plane_t){half_w, (stride + 1) / 2, half_h, 0};
		return 3;
	case EF_NV12:
		planes[1] = (plane_t){2 * half_w, stride + stride % 2, half_h, 0};
		return 2;
	case EF_YUYV:
		planes[0].bytes = 4 * half_w;
		planes[0].missing = w % 2 == 1 && w > 1 && stride == 2 * (size_t)w ? 2 : 0;
		return 1;
	case EF_RGBA:
		planes[0].bytes = 4 * (size_t)w;
		return 1;
	case EF_GREY:
		return 1;
	default:
		return 0;
	}
}

size_t ef_rows_size(uint32_t fourcc, int w, int h, size_t stride)
{
	plane_t planes[3];
	int count = planes_of(fourcc, w, h, stride, planes);
	size_t size = 0;

	for (int i = 0; i < count; i++) {
		if (planes[i].stride < planes[i].bytes - planes[i].missing) {
			return 0;
		}
		size += planes[i].stride * planes[i].rows;
	}
	return size;
}

void ef_rows_pack(
	uint32_t fourcc, int w, int h, const uint8_t *from, size_t stride, uint8_t *packed)
{
	plane_t planes[3];
	int count = planes_of(fourcc, w, h, stride, planes);

	for (int i = 0; i < count; i++) {
		for (size_t row = 0; row < planes[i].rows; row++) {
			size_t given = planes[i].bytes - planes[i].missing;

			memcpy(packed, from, given);
			if (planes[i].missing > 0) {
				memcpy(packed + given, packed + given - 4, planes[i].missing);
			}
			packed += planes[i].bytes;
			from += planes[i].stride;
		}
	}
}
