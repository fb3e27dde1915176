#include "blender-node/library/i420.h"

#include <stddef.h>

#include <libyuv/convert.h>

void ef_convert_to_i420(const uint8_t *rgba, const ef_area_t *area, int w, int h, uint8_t *i420)
{
	size_t chroma_w = ((size_t)w + 1) / 2, chroma_h = ((size_t)h + 1) / 2;
	size_t top = (size_t)(h - area->y - area->h), chroma = top / 2 * chroma_w + area->x / 2;
	uint8_t *u = i420 + (size_t)w * h, *v = u + chroma_w * chroma_h;

	/* libyuv names the bytes of a little-endian word: its ABGR is R, G, B, A in memory. A
	 * negative height flips the image. */
	ABGRToI420(rgba, 4 * area->w, i420 + top * w + area->x, w, u + chroma, (int)chroma_w,
		v + chroma, (int)chroma_w, area->w, -area->h);
}
