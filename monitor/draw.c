#include "monitor/draw.h"

#include <math.h>
#include <string.h>

#include "proto/picture/dot_font.h"

/* The regions of the face as runs of landmarks in iBUG 300-W order. */
static const struct {
	int first, last, closed;
	double r, g, b;
} regions[] = {
	{0, 16, 0, 0.47, 0.75, 1.00}, /* jaw: sky */
	{17, 21, 0, 1.00, 0.78, 0.24}, /* brows: amber */
	{22, 26, 0, 1.00, 0.78, 0.24},
	{27, 30, 0, 0.43, 0.92, 0.51}, /* nose: green */
	{31, 35, 0, 0.43, 0.92, 0.51},
	{36, 41, 1, 0.24, 0.94, 0.94}, /* eyes: cyan */
	{42, 47, 1, 0.24, 0.94, 0.94},
	{48, 59, 1, 1.00, 0.37, 0.55}, /* lips: rose */
	{60, 67, 1, 1.00, 0.37, 0.55},
};

#define REGIONS (sizeof(regions) / sizeof(regions[0]))

int ef_draw_possible(const float *values, int count)
{
	for (int i = 0; i < count; i++) {
		/* Also false for NaN. */
		if (!(fabsf(values[i]) <= 30000)) {
			return 0;
		}
	}
	return 1;
}

/* Landmarks are positions in which whole numbers are the centres of pixels; cairo's are corners. */
static void move_to(cairo_t *cairo, const float *point)
{
	cairo_move_to(cairo, point[0] + 0.5, point[1] + 0.5);
}

static void line_to(cairo_t *cairo, double x, double y)
{
	cairo_line_to(cairo, x + 0.5, y + 0.5);
}

static void set_pen(cairo_t *cairo, double width)
{
	cairo_set_line_width(cairo, width);
	cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
}

void ef_draw_points(ef_canvas_t *canvas, const float pts[2 * EF_LANDMARKS], float diameter)
{
	cairo_t *cairo = canvas->cairo;

	if (!ef_draw_possible(pts, 2 * EF_LANDMARKS)) {
		return;
	}
	set_pen(cairo, diameter);
	for (size_t i = 0; i < REGIONS; i++) {
		for (int p = regions[i].first; p <= regions[i].last; p++) {
			/* A line without length has round ends: a dot. */
			move_to(cairo, &pts[2 * p]);
			cairo_close_path(cairo);
		}
		cairo_set_source_rgb(cairo, regions[i].r, regions[i].g, regions[i].b);
		cairo_stroke(cairo);
	}
}

void ef_draw_landmarks(ef_canvas_t *canvas, const float pts[2 * EF_LANDMARKS])
{
	cairo_t *cairo = canvas->cairo;
	/* In proportion to the face, but neither invisible nor clumsy. */
	float face_width = hypotf(pts[32] - pts[0], pts[33] - pts[1]);
	float width = fminf(fmaxf(face_width / 100, 1.2f), 3);

	if (!ef_draw_possible(pts, 2 * EF_LANDMARKS)) {
		return;
	}
	set_pen(cairo, width);
	for (size_t i = 0; i < REGIONS; i++) {
		move_to(cairo, &pts[2 * regions[i].first]);
		for (int p = regions[i].first + 1; p <= regions[i].last; p++) {
			line_to(cairo, pts[2 * p], pts[2 * p + 1]);
		}
		if (regions[i].closed) {
			cairo_close_path(cairo);
		}
		cairo_set_source_rgba(cairo, regions[i].r, regions[i].g, regions[i].b, 0.67);
		cairo_stroke(cairo);
	}
	ef_draw_points(canvas, pts, 2.2f * width);
}

void ef_draw_box(ef_canvas_t *canvas, const float box[4])
{
	cairo_t *cairo = canvas->cairo;
	float arm = box[2] / 6;

	if (!ef_draw_possible(box, 4)) {
		return;
	}
	for (int corner = 0; corner < 4; corner++) {
		float x = corner & 1 ? box[0] + box[2] : box[0];
		float y = corner & 2 ? box[1] + box[3] : box[1];

		move_to(cairo, (const float[2]){corner & 1 ? x - arm : x + arm, y});
		line_to(cairo, x, y);
		line_to(cairo, x, corner & 2 ? y - arm : y + arm);
	}
	set_pen(cairo, fminf(fmaxf(box[2] / 150, 1), 3));
	cairo_set_source_rgba(cairo, 0.96, 0.96, 0.96, 0.86);
	cairo_stroke(cairo);
}

static void add_dots(cairo_t *cairo, char character, int x, int y, int scale)
{
	const uint8_t *glyph = ef_dot_font_glyph(character);

	for (int column = 0; column < EF_DOT_FONT_W; column++) {
		for (int row = 0; row < EF_DOT_FONT_H; row++) {
			if (glyph[column] >> row & 1) {
				cairo_rectangle(
					cairo, x + column * scale, y + row * scale, scale, scale);
			}
		}
	}
}

void ef_draw_caption(ef_canvas_t *canvas, const char *text)
{
	cairo_t *cairo = canvas->cairo;
	int scale = canvas->h / 240 > 1 ? canvas->h / 240 : 1;
	int step = (EF_DOT_FONT_W + 1) * scale, margin = 3 * scale;
	int y = canvas->h - EF_DOT_FONT_H * scale - margin;

	cairo_rectangle(cairo, 0, y - margin, (int)strlen(text) * step + 2 * margin,
		canvas->h - y + margin);
	cairo_set_source_rgba(cairo, 0, 0, 0, 0.6);
	cairo_fill(cairo);
	for (int x = margin; *text != '\0'; text++, x += step) {
		add_dots(cairo, *text, x, y, scale);
	}
	cairo_set_source_rgb(cairo, 0.96, 0.96, 0.96);
	cairo_fill(cairo);
}
