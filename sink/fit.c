#include "sink/fit.h"

#include <libswscale/swscale.h>
#include <libyuv/convert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"

#define BLACK_Y 16
#define BLACK_UV 128
#define BAR_MIN 4 /* pixels on both sides together */

struct ef_fitter {
	int w, h;
	uint8_t *data; /* w x h I420 */
	size_t size;
	struct SwsContext *scaler;
	ef_area_t area; /* of the last picture */
};

ef_fitter_t *ef_fitter_new(int w, int h)
{
	ef_fitter_t *fitter = ef_memory_new(sizeof(*fitter));

	fitter->w = w;
	fitter->h = h;
	fitter->size = ef_image_size(EF_I420, w, h);
	fitter->data = ef_memory_new(fitter->size);
	return fitter;
}

void ef_fitter_destroy(ef_fitter_t **fitter_p)
{
	ef_fitter_t *fitter = *fitter_p;

	if (fitter != NULL) {
		sws_freeContext(fitter->scaler);
		free(fitter->data);
		free(fitter);
		*fitter_p = NULL;
	}
}

ef_area_t ef_fitter_area(int w, int h, int out_w, int out_h)
{
	ef_area_t area = {0, 0, out_w, out_h};

	if ((int64_t)w * out_h > (int64_t)h * out_w) {
		area.h = (int)((int64_t)out_w * h / w) & ~1;
	} else {
		area.w = (int)((int64_t)out_h * w / h) & ~1;
	}
	area.w = area.w < 2 || out_w - area.w < BAR_MIN ? (area.w < 2 ? 2 : out_w) : area.w;
	area.h = area.h < 2 || out_h - area.h < BAR_MIN ? (area.h < 2 ? 2 : out_h) : area.h;
	area.x = (out_w - area.w) / 2 & ~1;
	area.y = (out_h - area.h) / 2 & ~1;
	return area;
}

/* Sets the planes of an area within the output. */
static void target(const ef_fitter_t *fitter, ef_area_t area, uint8_t *plane[4], int stride[4])
{
	int half = fitter->w / 2;
	uint8_t *y = fitter->data, *u = y + fitter->w * fitter->h;
	int chroma = area.y / 2 * half + area.x / 2;

	plane[0] = y + area.y * fitter->w + area.x;
	plane[1] = u + chroma;
	plane[2] = u + half * (fitter->h / 2) + chroma;
	plane[3] = NULL;
	stride[0] = fitter->w;
	stride[1] = stride[2] = half;
	stride[3] = 0;
}

static int same_size(const ef_fitter_t *fitter, const ef_image_t *in)
{
	uint8_t *to[4];
	int stride[4], w = in->w, h = in->h;

	target(fitter, (ef_area_t){0, 0, w, h}, to, stride);
	switch (in->fourcc) {
	case EF_RGBA:
		/* libyuv's ABGR is R, G, B, A in memory. */
		return ABGRToI420(in->data, 4 * w, to[0], stride[0], to[1], stride[1], to[2],
			stride[2], w, h);
	case EF_NV12:
		return NV12ToI420(in->data, w, in->data + w * h, w, to[0], stride[0], to[1],
			stride[1], to[2], stride[2], w, h);
	case EF_YUYV:
		return YUY2ToI420(in->data, 2 * w, to[0], stride[0], to[1], stride[1], to[2],
			stride[2], w, h);
	case EF_GREY:
		return I400ToI420(
			in->data, w, to[0], stride[0], to[1], stride[1], to[2], stride[2], w, h);
	default:
		return -1;
	}
}

/* Sets the planes of the picture and returns libswscale's name of its format, or -1 for a format it
 * does not convert. */
static int source(const ef_image_t *in, const uint8_t *plane[4], int stride[4])
{
	int w = in->w, half_w = (w + 1) / 2, half_h = (in->h + 1) / 2;
	size_t pixels = (size_t)w * (size_t)in->h;

	memset(plane, 0, 4 * sizeof(*plane));
	memset(stride, 0, 4 * sizeof(*stride));
	plane[0] = in->data;
	stride[0] = w;
	switch (in->fourcc) {
	case EF_I420:
		plane[1] = in->data + pixels;
		plane[2] = plane[1] + (size_t)half_w * (size_t)half_h;
		stride[1] = stride[2] = half_w;
		return AV_PIX_FMT_YUV420P;
	case EF_NV12:
		plane[1] = in->data + pixels;
		stride[1] = 2 * half_w;
		return AV_PIX_FMT_NV12;
	case EF_YUYV:
		stride[0] = 4 * half_w;
		return AV_PIX_FMT_YUYV422;
	case EF_RGBA:
		stride[0] = 4 * w;
		return AV_PIX_FMT_RGBA;
	case EF_GREY:
		return AV_PIX_FMT_GRAY8;
	default:
		return -1;
	}
}

/* Paints the bars black when the area has changed. */
static void paint_bars(ef_fitter_t *fitter, ef_area_t area)
{
	size_t pixels = (size_t)fitter->w * (size_t)fitter->h;

	if (memcmp(&area, &fitter->area, sizeof(area)) != 0) {
		memset(fitter->data, BLACK_Y, pixels);
		memset(fitter->data + pixels, BLACK_UV, fitter->size - pixels);
		fitter->area = area;
	}
}

static int scale(ef_fitter_t *fitter, const ef_image_t *in)
{
	ef_area_t area = ef_fitter_area(in->w, in->h, fitter->w, fitter->h);
	const uint8_t *from[4];
	uint8_t *to[4];
	int from_stride[4], to_stride[4];
	const int *table = sws_getCoefficients(SWS_CS_DEFAULT);
	int format = source(in, from, from_stride);

	if (format == -1) {
		return -1;
	}
	fitter->scaler = sws_getCachedContext(fitter->scaler, in->w, in->h, format, area.w, area.h,
		AV_PIX_FMT_YUV420P, SWS_BICUBIC, NULL, NULL, NULL);
	if (fitter->scaler == NULL) {
		return -1;
	}
	/* By default libswscale takes GREY for full range, unlike all other formats of the wire. */
	sws_setColorspaceDetails(fitter->scaler, table, 0, table, 0, 0, 1 << 16, 1 << 16);
	paint_bars(fitter, area);
	target(fitter, area, to, to_stride);
	return sws_scale(fitter->scaler, from, from_stride, 0, in->h, to, to_stride) > 0 ? 0 : -1;
}

int ef_fitter_convert(ef_fitter_t *fitter, const ef_image_t *in, ef_image_t *out)
{
	int same = in->w == fitter->w && in->h == fitter->h;
	int result;

	if (same && in->fourcc == EF_I420) {
		*out = *in;
		return 0;
	}
	if (same) {
		/* This picture overwrites the bars. */
		memset(&fitter->area, 0, sizeof(fitter->area));
		result = same_size(fitter, in);
	} else {
		result = scale(fitter, in);
	}
	*out = (ef_image_t){EF_I420, fitter->w, fitter->h, fitter->data, fitter->size};
	return result == 0 ? 0 : -1;
}
