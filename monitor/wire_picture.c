#include "monitor/wire_picture.h"

#include <libyuv.h>
#include <math.h>
#include <stdlib.h>

int ef_picture_read(ef_jpeg_t *jpeg, const ef_image_t *image, ef_canvas_t *canvas, const char **why)
{
	int w = image->w, h = image->h, half = (w + 1) / 2, row = 4 * w;
	const uint8_t *y = image->data, *u = y + (size_t)w * (size_t)h;
	const uint8_t *v = u + (size_t)half * (size_t)((h + 1) / 2);
	uint8_t *out;

	if (ef_canvas_room(canvas, w, h) == -1) {
		*why = "out of memory";
		return -1;
	}
	out = canvas->pixels;
	switch (image->fourcc) {
	case EF_I420:
		return I420ToARGB(y, w, u, half, v, half, out, row, w, h);
	case EF_NV12:
		return NV12ToARGB(y, w, u, 2 * half, out, row, w, h);
	case EF_YUYV:
		return YUY2ToARGB(y, 4 * half, out, row, w, h);
	case EF_GREY:
		return I400ToARGB(y, w, out, row, w, h);
	case EF_RGBA:
		return ABGRToARGB(y, row, out, row, w, h);
	case EF_MJPG:
		/* A damaged JPEG is shown as far as it could be decoded: this is only a monitor. */
		return ef_jpeg_read(jpeg, image, TJPF_BGRA, out, why) == -1 ? -1 : 0;
	default:
		*why = "its pixel format is unknown";
		return -1;
	}
}

ef_fit_t ef_picture_fit(const ef_canvas_t *from, ef_canvas_t *to)
{
	float scale = fminf((float)to->w / (float)from->w, (float)to->h / (float)from->h);
	int w = (int)lroundf(scale * (float)from->w), h = (int)lroundf(scale * (float)from->h);
	int x, y;

	w = w < 1 ? 1 : w;
	h = h < 1 ? 1 : h;
	x = (to->w - w) / 2;
	y = (to->h - h) / 2;
	if (w < to->w || h < to->h) {
		ARGBRect(to->pixels, 4 * to->w, 0, 0, to->w, to->h, 0xff000000);
	}
	ARGBScale(from->pixels, 4 * from->w, from->w, from->h,
		to->pixels + 4 * ((size_t)y * (size_t)to->w + (size_t)x), 4 * to->w, w, h,
		kFilterBox);
	return (ef_fit_t){scale, (float)x, (float)y};
}
