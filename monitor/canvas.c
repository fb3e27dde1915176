#include "monitor/canvas.h"

#include <stddef.h>

int ef_canvas_room(ef_canvas_t *canvas, int w, int h)
{
	cairo_surface_t *surface;

	if (canvas->cairo != NULL && canvas->w == w && canvas->h == h) {
		cairo_surface_flush(cairo_get_target(canvas->cairo));
		return 0;
	}
	ef_canvas_finish(canvas);
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
	if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
		*canvas = (ef_canvas_t){.pixels = cairo_image_surface_get_data(surface),
			.w = w,
			.h = h,
			.cairo = cairo_create(surface)};
	}
	cairo_surface_destroy(surface);
	return canvas->pixels != NULL ? 0 : -1;
}

void ef_canvas_finish(ef_canvas_t *canvas)
{
	cairo_destroy(canvas->cairo);
	*canvas = (ef_canvas_t){0};
}

void ef_canvas_written(ef_canvas_t *canvas)
{
	cairo_surface_mark_dirty(cairo_get_target(canvas->cairo));
}
