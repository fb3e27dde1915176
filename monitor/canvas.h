/* An image that both libyuv writes and cairo draws on. */
#ifndef EF_CANVAS_H
#define EF_CANVAS_H

#include <cairo.h>
#include <stdint.h>

typedef struct {
	uint8_t *pixels; /* libyuv's ARGB: bytes B, G, R, unused; rows packed */
	int w, h;
	cairo_t *cairo; /* draws on the pixels; (0, 0) is the top left corner of the first */
} ef_canvas_t;

/* To be called before pixels are written. Sets the size to w x h pixels, at most 16384 each; the
 * content is undefined after a change of size. The canvas must be zero-initialised or in use.
 * Returns 0, or -1 when memory runs out. */
int ef_canvas_room(ef_canvas_t *canvas, int w, int h);
void ef_canvas_finish(ef_canvas_t *canvas);

/* To be called after pixels were written, before cairo draws. */
void ef_canvas_written(ef_canvas_t *canvas);

#endif
