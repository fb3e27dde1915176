/* What effigy-annotate shows: a frame with its face drawn on it. */
#ifndef EF_VIEW_H
#define EF_VIEW_H

#include "monitor/canvas.h"
#include "monitor/wire_picture.h"
#include "proto/base/log.h"
#include "proto/stage/options.h"
#include "proto/wire/message.h"

typedef struct {
	ef_size_t size; /* of canvas; 0 x 0: that of the first frame */
	ef_canvas_t canvas; /* what is shown */
	ef_canvas_t frame; /* the last frame in its own size */
	ef_jpeg_t *jpeg;
	ef_limiter_t limiter;
} ef_view_t;

/* view: zero-initialised, but for size. */
void ef_view_init(ef_view_t *view);
void ef_view_finish(ef_view_t *view);

/* Draws a frame with its face, or with NULL where there is none, on the canvas. Returns 0, or -1
 * after a message when the frame cannot be decoded or memory runs out; the canvas then keeps the
 * previous frame, if it has one. */
int ef_view_draw(ef_view_t *view, const ef_message_t *frame, const ef_message_t *face);

#endif
