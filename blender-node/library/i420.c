#include "blender-node/library/i420.h"

#include <libyuv/convert.h>

void ef_convert_to_i420(const uint8_t *rgba, int w, int h, uint8_t *i420)
{
	int chroma_w = (w + 1) / 2, chroma_h = (h + 1) / 2;
	uint8_t *u = i420 + (size_t)w * h;
	uint8_t *v = u + (size_t)chroma_w * chroma_h;

	/* libyuv names the bytes of a little-endian word: its ABGR is R, G, B, A in memory. A
	 * negative height flips the image. */
	ABGRToI420(rgba, 4 * w, i420, w, u, chroma_w, v, chroma_w, w, -h);
}
