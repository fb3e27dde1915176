#include "monitor/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int ef_canvas_room(ef_canvas_t *canvas, int w, int h)
{
	canvas->pixels = ef_buffer_reserve(&canvas->buffer, 4 * (size_t)w * (size_t)h);
	canvas->w = w;
	canvas->h = h;
	return canvas->pixels != NULL ? 0 : -1;
}

void ef_canvas_finish(ef_canvas_t *canvas)
{
	ef_buffer_finish(&canvas->buffer);
	*canvas = (ef_canvas_t){0};
}

static void blend(uint8_t *pixel, ef_colour_t colour, float cover)
{
	int part = (int)((float)colour.a * cover);

	pixel[0] = (uint8_t)((pixel[0] * (255 - part) + colour.b * part + 127) / 255);
	pixel[1] = (uint8_t)((pixel[1] * (255 - part) + colour.g * part + 127) / 255);
	pixel[2] = (uint8_t)((pixel[2] * (255 - part) + colour.r * part + 127) / 255);
}

static uint8_t *at(ef_canvas_t *canvas, int x, int y)
{
	return canvas->pixels + 4 * ((size_t)y * (size_t)canvas->w + (size_t)x);
}

static int clamp(float value, int high)
{
	return value < 0 ? 0 : value > (float)high ? high : (int)value;
}

void ef_canvas_fill(ef_canvas_t *canvas, int x, int y, int w, int h, ef_colour_t colour)
{
	int right = x + w < canvas->w ? x + w : canvas->w;
	int bottom = y + h < canvas->h ? y + h : canvas->h;

	for (int row = y < 0 ? 0 : y; row < bottom; row++) {
		for (int column = x < 0 ? 0 : x; column < right; column++) {
			blend(at(canvas, column, row), colour, 1);
		}
	}
}

static float distance(float x, float y, float dx, float dy)
{
	float squared = dx * dx + dy * dy;
	float along = squared > 0 ? (x * dx + y * dy) / squared : 0;

	along = fminf(fmaxf(along, 0), 1);
	return hypotf(x - along * dx, y - along * dy);
}

typedef struct {
	float x, y, dx, dy; /* the start, and the vector from there to the end */
	float width;
} line_t;

/* Draws one row, and looks only at pixels near the line: a canvas may have millions. */
static void draw_row(ef_canvas_t *canvas, int row, const line_t *line, ef_colour_t colour)
{
	float reach = line->width / 2 + 1, from = 0, to = 1;
	int left, right;

	if (line->dy != 0) {
		float a = ((float)row - reach - line->y) / line->dy;
		float b = ((float)row + reach - line->y) / line->dy;

		from = fminf(fmaxf(fminf(a, b), 0), 1);
		to = fminf(fmaxf(fmaxf(a, b), 0), 1);
	}
	from = line->x + from * line->dx;
	to = line->x + to * line->dx;
	left = clamp(floorf(fminf(from, to) - reach), canvas->w);
	right = clamp(ceilf(fmaxf(from, to) + reach) + 1, canvas->w);
	for (int column = left; column < right; column++) {
		float away =
			distance((float)column - line->x, (float)row - line->y, line->dx, line->dy);
		float cover = line->width / 2 + 0.5f - away;

		if (cover > 0) {
			blend(at(canvas, column, row), colour, fminf(cover, 1));
		}
	}
}

void ef_canvas_line(ef_canvas_t *canvas, float x0, float y0, float x1, float y1, float width,
	ef_colour_t colour)
{
	const line_t line = {x0, y0, x1 - x0, y1 - y0, width};
	float reach = width / 2 + 1;
	int top, bottom;

	/* A peer may send any number: NaN and points far outside draw nothing. */
	if (!(fabsf(x0) < 1e5f && fabsf(y0) < 1e5f && fabsf(x1) < 1e5f && fabsf(y1) < 1e5f)) {
		return;
	}
	top = clamp(floorf(fminf(y0, y1) - reach), canvas->h);
	bottom = clamp(ceilf(fmaxf(y0, y1) + reach) + 1, canvas->h);
	for (int row = top; row < bottom; row++) {
		draw_row(canvas, row, &line, colour);
	}
}
