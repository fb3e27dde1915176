/* What becomes of the renderer's pixels before they are sent: smooth edges, I420. */
#ifndef EF_NODE_FINISH_H
#define EF_NODE_FINISH_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that finishing an image needs besides. */
size_t ef_finish_room(int w, int h);

/* rgba: 4 * w * h bytes R, G, B, A, the bottom row first. room: ef_finish_room (w, h) bytes. i420:
 * ef_image_size (EF_I420, w, h) bytes, the top row first. */
void ef_finish(const uint8_t *rgba, int w, int h, uint8_t *room, uint8_t *i420);

#endif
