/* Smooths the steps of slanted edges in a finished picture, where the renderer has one sample for
 * each pixel and no multisampling. */
#ifndef EF_NODE_ANTIALIAS_H
#define EF_NODE_ANTIALIAS_H

#include <stdint.h>

/* from, to: 4 * w * h bytes R, G, B, A each, not overlapping. luma: room for w * h bytes; it holds
 * the picture's luma afterwards. */
void ef_antialias(const uint8_t *from, int w, int h, uint8_t *luma, uint8_t *to);

#endif
