/* Draws a face message on the frame it belongs to. */
#ifndef EF_DRAW_H
#define EF_DRAW_H

#include "monitor/canvas.h"
#include "proto/wire/message.h"

/* A peer may send any number. True when all of these are finite and no more than 30,000 pixels,
 * which cairo can draw; what is not is not drawn. */
int ef_draw_possible(const float *values, int count);

/* Draws the landmarks, joined by lines, in a colour for each region: jaw, brows, nose, eyes, lips.
 * pts: x0, y0, ... in pixels. */
void ef_draw_landmarks(ef_canvas_t *canvas, const float pts[2 * EF_LANDMARKS]);

/* Draws only the landmarks' dots, diameter in pixels. */
void ef_draw_points(ef_canvas_t *canvas, const float pts[2 * EF_LANDMARKS], float diameter);

/* Draws the corners of a box: x, y, w, h in pixels. */
void ef_draw_box(ef_canvas_t *canvas, const float box[4]);

/* Writes a line of text at the bottom left, on a dark background. */
void ef_draw_caption(ef_canvas_t *canvas, const char *text);

#endif
