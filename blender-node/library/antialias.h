/* Anti-aliasing of a finished image: smooths the steps of slanted edges, since the renderer takes one
 * sample per pixel. */
#ifndef EF_NODE_ANTIALIAS_H
#define EF_NODE_ANTIALIAS_H

#include <stdint.h>

/* from, to: 4 * w * h bytes R, G, B, A each, not overlapping. luma: room for w * h bytes; it holds
 * the image's luma afterwards. */
void ef_antialias(const uint8_t *from, int w, int h, uint8_t *luma, uint8_t *to);

#endif
