#include "tracker/roi.h"

#include <libyuv.h>
#include <math.h>
#include <stdlib.h>

int ef_roi_around(float x, float y, float side, int w, int h, ef_roi_t *roi)
{
	float left = floorf(fmaxf(x - side / 2, 0)), top = floorf(fmaxf(y - side / 2, 0));
	float right = ceilf(fminf(x + side / 2, (float)w));
	float bottom = ceilf(fminf(y + side / 2, (float)h));

	/* NaN fails these comparisons; fmaxf and fminf have already limited infinity. */
	if (!isfinite(x) || !isfinite(y) || !isfinite(side) || !(right - left >= 1) ||
		!(bottom - top >= 1)) {
		return -1;
	}
	*roi = (ef_roi_t){(int)left, (int)top, (int)(right - left), (int)(bottom - top)};
	return 0;
}

/* Allocates w x h pixels where needed and sets luma. Returns 0, or -1 when memory runs out. */
static int make_room(ef_plane_t *plane, int w, int h)
{
	uint8_t *data = ef_buffer_reserve(&plane->buffer, (size_t)w * (size_t)h);

	plane->luma = (ef_luma_t){.data = data, .stride = w, .w = w, .h = h};
	return data != NULL ? 0 : -1;
}

void ef_plane_finish(ef_plane_t *plane)
{
	ef_buffer_finish(&plane->buffer);
	*plane = (ef_plane_t){0};
}

static int at_least_one(double side)
{
	return side < 1 ? 1 : (int)lround(side);
}

/* The region's size when scaled to a width of w pixels, or less where its height would be too
 * great: a region may be one pixel wide and thousands high. */
static ef_size_t scaled_size(const ef_roi_t *roi, int w)
{
	double scale = fmin((double)w / roi->w, (double)EF_ROI_TALL * w / roi->h);

	return (ef_size_t){at_least_one(scale * roi->w), at_least_one(scale * roi->h)};
}

int ef_roi_scale(ef_plane_t *plane, const ef_luma_t *luma, const ef_roi_t *roi, int width)
{
	int w = scaled_size(roi, width).w, h = scaled_size(roi, width).h;

	if (make_room(plane, w, h) == -1) {
		return -1;
	}
	ScalePlane(luma->data + (ptrdiff_t)roi->y * luma->stride + roi->x, luma->stride, roi->w,
		roi->h, plane->buffer.data, w, w, h, kFilterBox);
	return 0;
}

void ef_roi_back(const ef_roi_t *roi, int w, float box[4])
{
	ef_size_t size = scaled_size(roi, w);
	float fx = (float)roi->w / (float)size.w, fy = (float)roi->h / (float)size.h;

	box[0] = (float)roi->x + box[0] * fx;
	box[1] = (float)roi->y + box[1] * fy;
	box[2] *= fx;
	box[3] *= fy;
}

static uint8_t sample(const ef_luma_t *luma, float x, float y)
{
	int left = (int)floorf(x), top = (int)floorf(y);
	const uint8_t *row;
	float fx = x - (float)left, fy = y - (float)top;

	if (left < 0 || top < 0 || left + 1 >= luma->w || top + 1 >= luma->h) {
		return 0;
	}
	row = luma->data + (ptrdiff_t)top * luma->stride + left;
	return (uint8_t)((1 - fy) * ((1 - fx) * row[0] + fx * row[1]) +
			 fy * ((1 - fx) * row[luma->stride] + fx * row[luma->stride + 1]) + 0.5f);
}

int ef_roi_upright(ef_plane_t *plane, ef_plane_t *scratch, const ef_luma_t *luma,
	const ef_place_t *place, int face_pixels, int pixels)
{
	float scale = place->size / (float)face_pixels, c = cosf(place->roll),
	      s = sinf(place->roll);
	float middle = (float)(pixels - 1) / 2, fx, fy;
	ef_roi_t roi;

	/* Scaled first, which filters, then rotated. A square at any angle fits into a square of
	 * 1.5 times its side. */
	if (ef_roi_around(place->x, place->y, 1.5f * scale * (float)pixels, luma->w, luma->h,
		    &roi) == -1 ||
		ef_roi_scale(scratch, luma, &roi, (int)ceilf((float)roi.w / scale)) == -1 ||
		make_room(plane, pixels, pixels) == -1) {
		return -1;
	}
	fx = (float)scratch->luma.w / (float)roi.w;
	fy = (float)scratch->luma.h / (float)roi.h;
	for (int row = 0; row < pixels; row++) {
		for (int column = 0; column < pixels; column++) {
			float u = scale * ((float)column - middle),
			      v = scale * ((float)row - middle);
			float x = place->x + c * u - s * v, y = place->y + s * u + c * v;

			plane->buffer.data[row * pixels + column] =
				sample(&scratch->luma, (x - (float)roi.x + 0.5f) * fx - 0.5f,
					(y - (float)roi.y + 0.5f) * fy - 0.5f);
		}
	}
	return 0;
}
