/* What a face message says, drawn over the picture it is about. */
#ifndef EF_DRAW_H
#define EF_DRAW_H

#include "proto/wire/message.h"
#include "monitor/canvas.h"

/* The landmarks as lines and discs, a colour for each region: jaw, brows, nose, eyes, lips. */
void ef_draw_landmarks(ef_canvas_t *canvas, const float pts[2 * EF_LANDMARKS]);

/* Only the discs, of that diameter. */
void ef_draw_points(ef_canvas_t *canvas, const float pts[2 * EF_LANDMARKS], float diameter);

/* The corners of a box. */
void ef_draw_box(ef_canvas_t *canvas, const float box[4]);

/* A line of text at the bottom left, on a dark ground. */
void ef_draw_caption(ef_canvas_t *canvas, const char *text);

#endif
