#include "blender-node/library/i420.h"

#include <libyuv/convert.h>

void ef_convert_to_i420(const uint8_t *rgba, int w, int h, int first, int count, uint8_t *i420)
{
	size_t chroma_w = ((size_t)w + 1) / 2, chroma_h = ((size_t)h + 1) / 2;
	size_t top = (size_t)(h - first - count), row = top / 2 * chroma_w;
	uint8_t *u = i420 + (size_t)w * h, *v = u + chroma_w * chroma_h;

	/* libyuv names the bytes of a little-endian word: its ABGR is R, G, B, A in memory. A
	 * negative height flips the image. */
	ABGRToI420(rgba, 4 * w, i420 + top * w, w, u + row, (int)chroma_w, v + row, (int)chroma_w,
		w, -count);
}
