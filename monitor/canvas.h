/* An image to draw on, with anti-aliased edges. */
#ifndef EF_CANVAS_H
#define EF_CANVAS_H

#include <stddef.h>
#include <stdint.h>

#include "proto/base/buffer.h"

typedef struct {
	uint8_t *pixels; /* libyuv's ARGB: bytes B, G, R, A; rows packed */
	int w, h;
	ef_buffer_t buffer; /* which pixels points into */
} ef_canvas_t;

typedef struct {
	uint8_t r, g, b, a; /* a: 255 is opaque */
} ef_colour_t;

/* Sets the size to w x h pixels and allocates memory where needed; the content is undefined after a
 * change of size. The canvas must be zero-initialised or in use. Returns 0, or -1 when memory runs
 * out. */
int ef_canvas_room(ef_canvas_t *canvas, int w, int h);
void ef_canvas_finish(ef_canvas_t *canvas);

void ef_canvas_fill(ef_canvas_t *canvas, int x, int y, int w, int h, ef_colour_t colour);

/* Draws a line with round ends from (x0, y0) to (x1, y1), in pixels, where 0 is the centre of the
 * first pixel; a disc when both points are equal. Clipped to the canvas. */
void ef_canvas_line(ef_canvas_t *canvas, float x0, float y0, float x1, float y1, float width,
	ef_colour_t colour);

#endif
