/* Converts pixels that OpenGL reads back to the wire's I420. */
#ifndef EF_NODE_CONVERT_H
#define EF_NODE_CONVERT_H

#include <stdint.h>

#include "proto/picture/area.h"

/* Converts an area of a picture of w x h. rgba: 4 * area->w * area->h bytes R, G, B, A, the bottom row first as
 * glReadPixels gives them. i420: the whole picture, ef_image_size (EF_I420, w, h) bytes, the top row first;
 * BT.601, limited range. Four pixels share their chroma: the area must be an even number of pixels from the
 * left and from the top, and of even size unless it ends with the picture. */
void ef_convert_to_i420(const uint8_t *rgba, const ef_area_t *area, int w, int h, uint8_t *i420);

#endif
