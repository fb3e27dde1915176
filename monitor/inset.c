#include "monitor/inset.h"

#include <math.h>
#include <string.h>

#include "monitor/draw.h"

#define COUNT 3

/* In sides of the square; chosen so that any face's brows and chin are inside. */
static const struct {
	int landmark;
	float x, y;
} fixed[COUNT] = {{0, 0.15f, 0.38f}, {16, 0.85f, 0.38f}, {27, 0.5f, 0.34f}};

int ef_inset_similarity(const float pts[2 * EF_LANDMARKS], float side, ef_similarity_t *similarity)
{
	float from[2 * COUNT], to[2 * COUNT];

	for (int i = 0; i < COUNT; i++) {
		from[2 * i] = pts[2 * fixed[i].landmark];
		from[2 * i + 1] = pts[2 * fixed[i].landmark + 1];
		to[2 * i] = side * fixed[i].x;
		to[2 * i + 1] = side * fixed[i].y;
	}
	return ef_similarity_fit(similarity, from, to, COUNT);
}

static void sample(const ef_canvas_t *picture, float x, float y, uint8_t *out)
{
	int left = (int)floorf(x), top = (int)floorf(y);
	float fx = x - (float)left, fy = y - (float)top;
	size_t row = 4 * (size_t)picture->w;
	const uint8_t *p;

	memset(out, 0, 4);
	if (left < 0 || top < 0 || left + 1 >= picture->w || top + 1 >= picture->h) {
		return;
	}
	p = picture->pixels + (size_t)top * row + 4 * (size_t)left;
	for (int i = 0; i < 3; i++) {
		out[i] = (uint8_t)((1 - fy) * ((1 - fx) * p[i] + fx * p[i + 4]) +
				   fy * ((1 - fx) * p[row + i] + fx * p[row + i + 4]) + 0.5f);
	}
}

/* Limited so that the conversion to int cannot overflow; no image is that large. */
static float limit(double value)
{
	return (float)fmin(fmax(value, -1e6), 1e6);
}

static void warp(ef_canvas_t *canvas, int x0, int y0, int side, const ef_canvas_t *picture,
	const ef_similarity_t *similarity)
{
	const ef_similarity_t back = ef_similarity_inverse(similarity);

	for (int row = 0; row < side; row++) {
		for (int column = 0; column < side; column++) {
			size_t to = (size_t)(y0 + row) * (size_t)canvas->w + (size_t)(x0 + column);

			sample(picture, limit(ef_similarity_x(&back, column, row)),
				limit(ef_similarity_y(&back, column, row)),
				canvas->pixels + 4 * to);
		}
	}
}

void ef_inset_draw(
	ef_canvas_t *canvas, const ef_canvas_t *picture, const float pts[2 * EF_LANDMARKS])
{
	static const ef_colour_t border = {235, 235, 235, 255};
	int side = canvas->h * 28 / 100, margin = canvas->h / 40 + 1, line = 1 + canvas->h / 400;
	int x0 = canvas->w - margin - side, y0 = margin;
	ef_similarity_t similarity;
	float upright[2 * EF_LANDMARKS];

	if (side < 16 || x0 < line || ef_inset_similarity(pts, (float)side, &similarity) == -1) {
		return;
	}
	ef_canvas_fill(canvas, x0 - line, y0 - line, side + 2 * line, side + 2 * line, border);
	warp(canvas, x0, y0, side, picture, &similarity);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double x = pts[2 * i], y = pts[2 * i + 1];

		upright[2 * i] = (float)(x0 + ef_similarity_x(&similarity, x, y));
		upright[2 * i + 1] = (float)(y0 + ef_similarity_y(&similarity, x, y));
	}
	ef_draw_points(canvas, upright, fmaxf((float)side / 90, 1));
}
