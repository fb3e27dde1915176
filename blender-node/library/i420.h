/* Converts pixels that OpenGL reads back to the wire's I420. */
#ifndef EF_NODE_CONVERT_H
#define EF_NODE_CONVERT_H

#include <stdint.h>

/* Converts count rows of an image of w x h, the bottom row first as glReadPixels gives them, from row
 * first on. rgba: 4 * w * count bytes R, G, B, A. i420: the whole image, ef_image_size (EF_I420, w, h)
 * bytes, the top row first; BT.601, limited range. Chroma is made of two rows: count rows must end at
 * the image's top or an even number of rows below it, and begin likewise or at its bottom. */
void ef_convert_to_i420(const uint8_t *rgba, int w, int h, int first, int count, uint8_t *i420);

#endif
