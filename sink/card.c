#include "sink/card.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "proto/picture/dot_font.h"

/* Measures are parts of the picture's height, or of its width if that is less. */
#define MASK_Y 0.26 /* the emblem's centre */
#define MASK_R 0.13
#define NAME_Y 0.48 /* top of the letters */
#define NAME_DOT 0.0160
#define STATE_DOT 0.0078
#define HINT_DOT 0.0060
#define SPACING 0.055 /* between the texts */
#define TEXT_WIDTH 0.9 /* of the picture's width */
#define GAP 1.2 /* dots between letters */
#define LINE 11 /* dots from one line to the next */

typedef struct {
	uint8_t *y, *u, *v;
	int w, h;
	double unit; /* pixels of one whole measure */
} canvas_t;

static double smooth(double edge, double width, double value)
{
	double t = (value - edge) / width + 0.5;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return t * t * (3 - 2 * t);
}

static void blend(const canvas_t *canvas, int x, int y, double luma, double cover)
{
	uint8_t *pixel;

	if (cover > 0 && x >= 0 && y >= 0 && x < canvas->w && y < canvas->h) {
		pixel = &canvas->y[y * canvas->w + x];
		*pixel = (uint8_t)lround(*pixel + (luma - *pixel) * cover);
	}
}

/* The background: dark blue, lighter around the emblem. */
static void draw_ground(const canvas_t *canvas)
{
	for (int y = 0; y < canvas->h; y++) {
		for (int x = 0; x < canvas->w; x++) {
			double dx = (x - canvas->w * 0.5) / canvas->unit;
			double dy = y / (double)canvas->h - MASK_Y;
			double glow = exp(-(dx * dx + 1.4 * dy * dy) * 3.2);
			/* Dithering by one grey level hides the steps of the gradient. */
			double grain = ((x * 7 + y * 13) % 16) / 16.0;

			canvas->y[y * canvas->w + x] = (uint8_t)(24 + 34 * glow + grain);
			canvas->u[y / 2 * (canvas->w / 2) + x / 2] = (uint8_t)(134 + 10 * glow);
			canvas->v[y / 2 * (canvas->w / 2) + x / 2] = (uint8_t)(126 - 3 * glow);
		}
	}
}

/* Distance to the edge of an upright mask: an ellipse that narrows towards the chin. */
static double mask_distance(double x, double y)
{
	double width = 0.78 - 0.16 * y - 0.10 * y * y;

	return hypot(x / width, y) - 1;
}

/* How much of a pixel the emblem covers: a mask with closed eyes and a slight smile. */
static double emblem(double x, double y, double pixel)
{
	double side = fabs(x);
	double face = smooth(0, pixel * 1.2, -mask_distance(x, y));
	double eye_y = -0.12 + 0.9 * (side - 0.33) * (side - 0.33);
	double eye = side > 0.13 && side < 0.53 ? fabs(y + 0.06 - 0.10 - eye_y + 0.02) : 1;
	double mouth = side < 0.30 ? fabs(y - 0.50 + 0.9 * x * x) : 1;
	double line = fmin(eye, mouth);

	return face * smooth(0.045, pixel * 1.2, line);
}

static void draw_emblem(const canvas_t *canvas)
{
	double centre_x = canvas->w * 0.5, centre_y = canvas->h * MASK_Y;
	double radius = canvas->unit * MASK_R;
	int reach = (int)ceil(radius * 1.2);

	for (int y = -reach; y <= reach; y++) {
		for (int x = -reach; x <= reach; x++) {
			double cover = emblem(x / radius, y / radius, 1 / radius);

			blend(canvas, (int)centre_x + x, (int)centre_y + y, 196 - 26 * y / radius,
				cover);
		}
	}
}

static double dot_at(const uint8_t *glyph, int column, int row)
{
	return column >= 0 && column < EF_DOT_FONT_W && row >= 0 && row < EF_DOT_FONT_H &&
	       (glyph[column] >> row & 1);
}

/* The dots as a surface with round corners rather than squares. */
static double glyph_cover(const uint8_t *glyph, double column, double row, double dot)
{
	double x = column - 0.5, y = row - 0.5;
	int left = (int)floor(x), top = (int)floor(y);
	double right_part = x - left, low_part = y - top;
	double upper = dot_at(glyph, left, top) * (1 - right_part) +
		       dot_at(glyph, left + 1, top) * right_part;
	double lower = dot_at(glyph, left, top + 1) * (1 - right_part) +
		       dot_at(glyph, left + 1, top + 1) * right_part;

	return smooth(0.44, fmin(1, 1 / dot), upper * (1 - low_part) + lower * low_part);
}

static void draw_glyph(
	const canvas_t *canvas, char character, double x, double y, double dot, double luma)
{
	const uint8_t *glyph = ef_dot_font_glyph(character);
	int right = (int)ceil(x + (EF_DOT_FONT_W + 1) * dot),
	    low = (int)ceil(y + (EF_DOT_FONT_H + 1) * dot);

	for (int row = (int)floor(y - dot); row <= low; row++) {
		for (int column = (int)floor(x - dot); column <= right; column++) {
			double cover = glyph_cover(
				glyph, (column + 0.5 - x) / dot, (row + 0.5 - y) / dot, dot);

			blend(canvas, column, row, luma, cover);
		}
	}
}

/* Width of a text in dots. */
static double dots_of(const char *text, size_t length)
{
	double dots = 0;

	for (size_t i = 0; i < length; i++) {
		int first;

		dots += ef_dot_font_extent(text[i], &first) + GAP;
	}
	return length > 0 ? dots - GAP : 0;
}

static void draw_line(
	const canvas_t *canvas, const char *text, size_t length, double y, double dot, double luma)
{
	double x = (canvas->w - dots_of(text, length) * dot) / 2;

	for (size_t i = 0; i < length; i++) {
		int first, width = ef_dot_font_extent(text[i], &first);

		draw_glyph(canvas, text[i], x - first * dot, y, dot, luma);
		x += (width + GAP) * dot;
	}
}

/* Width in dots of the longer part of a text split at a space. */
static double longer_part(const char *text, size_t split)
{
	size_t length = strlen(text);
	double before = dots_of(text, split);
	double after = split < length ? dots_of(text + split + 1, length - split - 1) : 0;

	return before > after ? before : after;
}

/* The space that splits text into the most equal halves, or the text's length. */
static size_t middle_space(const char *text)
{
	size_t length = strlen(text), best = length;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == ' ' && longer_part(text, i) < longer_part(text, best)) {
			best = i;
		}
	}
	return best;
}

ef_card_fit_t ef_card_fit(const char *text, double dot, int width)
{
	ef_card_fit_t fit = {dot, 1, strlen(text)};

	if (longer_part(text, fit.split) * dot > width && middle_space(text) < fit.split) {
		fit.split = middle_space(text);
		fit.lines = 2;
	}
	if (longer_part(text, fit.split) * dot > width) {
		fit.dot = width / longer_part(text, fit.split);
	}
	return fit;
}

/* Returns the y below the last line. */
static double draw_text(const canvas_t *canvas, const char *text, double y, double dot, double luma)
{
	ef_card_fit_t fit = ef_card_fit(text, dot * canvas->unit, (int)(canvas->w * TEXT_WIDTH));

	draw_line(canvas, text, fit.split, y, fit.dot, luma);
	if (fit.lines == 2) {
		const char *rest = text + fit.split + 1;

		y += LINE * fit.dot;
		draw_line(canvas, rest, strlen(rest), y, fit.dot, luma);
	}
	return y + EF_DOT_FONT_H * fit.dot;
}

void ef_card_draw(uint8_t *i420, int w, int h, const char *state, const char *hint)
{
	canvas_t canvas = {.y = i420,
		.u = i420 + w * h,
		.v = i420 + w * h + w / 2 * (h / 2),
		.w = w,
		.h = h,
		.unit = w < h ? w : h};
	double y;

	draw_ground(&canvas);
	draw_emblem(&canvas);
	y = draw_text(&canvas, "Effigy", NAME_Y * h, NAME_DOT, 224);
	y = draw_text(&canvas, state, y + SPACING * canvas.unit, STATE_DOT, 190);
	draw_text(&canvas, hint, y + SPACING * 0.8 * canvas.unit, HINT_DOT, 140);
}
