/* Converts pixels that OpenGL reads back to the wire's I420. */
#ifndef EF_NODE_CONVERT_H
#define EF_NODE_CONVERT_H

#include <stdint.h>

/* rgba: 4 * w * h bytes R, G, B, A, the bottom row first, as glReadPixels gives them. i420:
 * ef_image_size (EF_I420, w, h) bytes, the top row first; BT.601, limited range. */
void ef_convert_to_i420(const uint8_t *rgba, int w, int h, uint8_t *i420);

#endif
