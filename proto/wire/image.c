#include "proto/wire/image.h"

#include <string.h>

size_t ef_image_size(uint32_t fourcc, int w, int h)
{
	size_t half_w, half_h, pixels;

	if (w < 1 || h < 1 || w > EF_SIDE_MAX || h > EF_SIDE_MAX) {
		return 0;
	}
	half_w = ((size_t)w + 1) / 2;
	half_h = ((size_t)h + 1) / 2;
	pixels = (size_t)w * (size_t)h;
	switch (fourcc) {
	case EF_I420:
	case EF_NV12:
		return pixels + 2 * half_w * half_h;
	case EF_YUYV:
		return 4 * half_w * (size_t)h;
	case EF_GREY:
		return pixels;
	case EF_RGBA:
		return 4 * pixels;
	default:
		return 0;
	}
}

int ef_image_valid(const ef_image_t *image)
{
	if (image->fourcc == EF_MJPG) {
		return ef_image_size(EF_GREY, image->w, image->h) > 0 && image->size > 0;
	}
	return image->size > 0 && image->size == ef_image_size(image->fourcc, image->w, image->h);
}

const char *ef_fourcc_name(uint32_t fourcc, char text[5])
{
	for (int i = 0; i < 4; i++) {
		text[i] = (char)(fourcc >> (8 * i) & 0xff);
	}
	text[4] = '\0';
	return text;
}

uint32_t ef_fourcc_parse(const char *text, size_t length)
{
	static const uint32_t known[] = {EF_I420, EF_YUYV, EF_NV12, EF_MJPG, EF_GREY, EF_RGBA};
	char name[5];

	for (size_t i = 0; length == 4 && i < sizeof(known) / sizeof(known[0]); i++) {
		if (memcmp(ef_fourcc_name(known[i], name), text, 4) == 0) {
			return known[i];
		}
	}
	return 0;
}
