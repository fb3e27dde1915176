/* What becomes of the renderer's pixels before they are sent: smooth edges, I420. Keeps the last picture,
 * so that only what has changed is done again. */
#ifndef EF_NODE_FINISH_H
#define EF_NODE_FINISH_H

#include <stdint.h>

#include "proto/picture/area.h"

typedef struct ef_finish ef_finish_t;

/* For pictures of w x h pixels at most. Returns NULL when there is no memory. */
ef_finish_t *ef_finish_new(int w, int h);
void ef_finish_destroy(ef_finish_t **finish);

/* rgba: 4 * area->w * area->h bytes R, G, B, A, the bottom row first: what differs from the last picture. The
 * first picture, and one of another size, must come whole. w, h: of the whole picture. Returns it as
 * ef_image_size (EF_I420, w, h) bytes, the top row first, valid until the next call. */
const uint8_t *ef_finish_picture(
	ef_finish_t *finish, const uint8_t *rgba, const ef_area_t *area, int w, int h);

#endif
