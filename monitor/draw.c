#include "monitor/draw.h"

#include <math.h>
#include <string.h>

#include "monitor/tiny_font.h"

/* The regions of the face as runs of landmarks in iBUG 300-W order. */
static const struct {
	int first, last, closed;
	ef_colour_t colour;
} regions[] = {
	{0, 16, 0, {120, 190, 255, 255}}, /* jaw: sky */
	{17, 21, 0, {255, 200, 60, 255}}, /* brows: amber */
	{22, 26, 0, {255, 200, 60, 255}},
	{27, 30, 0, {110, 235, 130, 255}}, /* nose: green */
	{31, 35, 0, {110, 235, 130, 255}},
	{36, 41, 1, {60, 240, 240, 255}}, /* eyes: cyan */
	{42, 47, 1, {60, 240, 240, 255}},
	{48, 59, 1, {255, 95, 140, 255}}, /* lips: rose */
	{60, 67, 1, {255, 95, 140, 255}},
};

#define REGIONS (sizeof(regions) / sizeof(regions[0]))

static float face_width(const float *pts)
{
	return hypotf(pts[32] - pts[0], pts[33] - pts[1]);
}

void ef_draw_points(ef_canvas_t *canvas, const float pts[2 * EF_LANDMARKS], float diameter)
{
	for (size_t i = 0; i < REGIONS; i++) {
		for (int p = regions[i].first; p <= regions[i].last; p++) {
			ef_canvas_line(canvas, pts[2 * p], pts[2 * p + 1], pts[2 * p],
				pts[2 * p + 1], diameter, regions[i].colour);
		}
	}
}

void ef_draw_landmarks(ef_canvas_t *canvas, const float pts[2 * EF_LANDMARKS])
{
	/* In proportion to the face, but neither invisible nor clumsy. */
	float width = fminf(fmaxf(face_width(pts) / 100, 1.2f), 3);

	for (size_t i = 0; i < REGIONS; i++) {
		ef_colour_t thin = regions[i].colour;
		int from = regions[i].closed ? regions[i].last : regions[i].first;

		thin.a = 170;
		for (int p = regions[i].first; p <= regions[i].last; p++) {
			if (p != from) {
				ef_canvas_line(canvas, pts[2 * from], pts[2 * from + 1], pts[2 * p],
					pts[2 * p + 1], width, thin);
			}
			from = p;
		}
	}
	ef_draw_points(canvas, pts, 2.2f * width);
}

void ef_draw_box(ef_canvas_t *canvas, const float box[4])
{
	static const ef_colour_t colour = {245, 245, 245, 220};
	float width = fminf(fmaxf(box[2] / 150, 1), 3), arm = box[2] / 6;

	for (int corner = 0; corner < 4; corner++) {
		float x = corner & 1 ? box[0] + box[2] : box[0];
		float y = corner & 2 ? box[1] + box[3] : box[1];

		ef_canvas_line(canvas, x, y, corner & 1 ? x - arm : x + arm, y, width, colour);
		ef_canvas_line(canvas, x, y, x, corner & 2 ? y - arm : y + arm, width, colour);
	}
}

void ef_draw_caption(ef_canvas_t *canvas, const char *text)
{
	static const ef_colour_t ground = {0, 0, 0, 150}, ink = {245, 245, 245, 255};
	int scale = canvas->h / 200 > 1 ? canvas->h / 200 : 1;
	int step = (EF_FONT_W + 1) * scale, x = 3 * scale;
	int y = canvas->h - (EF_FONT_H + 3) * scale;

	ef_canvas_fill(canvas, 0, y - 3 * scale, (int)strlen(text) * step + 5 * scale,
		(EF_FONT_H + 6) * scale, ground);
	for (; *text != '\0'; text++, x += step) {
		for (int row = 0; row < EF_FONT_H; row++) {
			for (int column = 0; column < EF_FONT_W; column++) {
				if (ef_font_dot(*text, column, row)) {
					ef_canvas_fill(canvas, x + column * scale, y + row * scale,
						scale, scale, ink);
				}
			}
		}
	}
}
