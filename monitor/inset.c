#include "monitor/inset.h"

#include <math.h>
#include <string.h>

#include "monitor/draw.h"

#define COUNT 3

/* In sides of the square; chosen so that brows and chin are inside on any face. */
static const struct {
	int landmark;
	float x, y;
} fixed[COUNT] = {{0, 0.15f, 0.38f}, {16, 0.85f, 0.38f}, {27, 0.5f, 0.34f}};

int ef_inset_similarity(const float pts[2 * EF_LANDMARKS], float side, ef_similarity_t *similarity)
{
	float mx = 0, my = 0, tx = 0, ty = 0, dot = 0, cross = 0, norm = 0;

	for (int i = 0; i < COUNT; i++) {
		mx += pts[2 * fixed[i].landmark] / COUNT;
		my += pts[2 * fixed[i].landmark + 1] / COUNT;
		tx += side * fixed[i].x / COUNT;
		ty += side * fixed[i].y / COUNT;
	}
	for (int i = 0; i < COUNT; i++) {
		float x = pts[2 * fixed[i].landmark] - mx, y = pts[2 * fixed[i].landmark + 1] - my;
		float u = side * fixed[i].x - tx, v = side * fixed[i].y - ty;

		dot += x * u + y * v;
		cross += x * v - y * u;
		norm += x * x + y * y;
	}
	/* The negation catches not-a-number too. */
	if (!isfinite(norm) || !(dot * dot + cross * cross > 0)) {
		return -1;
	}
	similarity->a = dot / norm;
	similarity->b = cross / norm;
	similarity->x = tx - similarity->a * mx + similarity->b * my;
	similarity->y = ty - similarity->b * mx - similarity->a * my;
	return 0;
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

static void warp(ef_canvas_t *canvas, int x0, int y0, int side, const ef_canvas_t *picture,
	const ef_similarity_t *s)
{
	float norm = s->a * s->a + s->b * s->b;

	for (int row = 0; row < side; row++) {
		for (int column = 0; column < side; column++) {
			float u = (float)column - s->x, v = (float)row - s->y;
			size_t to = (size_t)(y0 + row) * (size_t)canvas->w + (size_t)(x0 + column);

			/* From far outside even a float's range: no pixel there. */
			sample(picture, fminf(fmaxf((s->a * u + s->b * v) / norm, -1e6f), 1e6f),
				fminf(fmaxf((s->a * v - s->b * u) / norm, -1e6f), 1e6f),
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
		float x = pts[2 * i], y = pts[2 * i + 1];

		upright[2 * i] = (float)x0 + similarity.a * x - similarity.b * y + similarity.x;
		upright[2 * i + 1] = (float)y0 + similarity.b * x + similarity.a * y + similarity.y;
	}
	ef_draw_points(canvas, upright, fmaxf((float)side / 90, 1));
}
