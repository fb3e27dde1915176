#include "monitor/inset.h"

#include <math.h>

#include "monitor/draw.h"

#define COUNT 3

/* Faces are shown that are shrunk or enlarged by this factor at most. */
#define SCALE_MAX 100

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

static void warp(cairo_t *cairo, const ef_canvas_t *frame, const ef_similarity_t *map)
{
	const cairo_matrix_t matrix = {.xx = map->a,
		.xy = -map->b,
		.x0 = map->dx,
		.yx = map->b,
		.yy = map->a,
		.y0 = map->dy};

	cairo_transform(cairo, &matrix);
	cairo_set_source_surface(cairo, cairo_get_target(frame->cairo), 0, 0);
	/* The better filter averages, which takes 1 ms; only much smaller images need it. */
	cairo_pattern_set_filter(cairo_get_source(cairo),
		ef_similarity_scale(map) < 0.5 ? CAIRO_FILTER_GOOD : CAIRO_FILTER_BILINEAR);
	cairo_paint(cairo);
}

void ef_inset_draw(ef_canvas_t *canvas, const ef_canvas_t *frame, const float pts[2 * EF_LANDMARKS])
{
	int side = canvas->h * 28 / 100, margin = canvas->h / 40 + 1, line = 1 + canvas->h / 400;
	int x0 = canvas->w - margin - side, y0 = margin;
	cairo_t *cairo = canvas->cairo;
	ef_similarity_t map;
	float upright[2 * EF_LANDMARKS];
	double scale;

	if (side < 16 || x0 < line || !ef_draw_possible(pts, 2 * EF_LANDMARKS) ||
		ef_inset_similarity(pts, (float)side, &map) == -1) {
		return;
	}
	scale = ef_similarity_scale(&map);
	if (scale > SCALE_MAX || scale < 1.0 / SCALE_MAX) {
		return;
	}
	cairo_rectangle(cairo, x0 - line, y0 - line, side + 2 * line, side + 2 * line);
	cairo_set_source_rgb(cairo, 0.92, 0.92, 0.92);
	cairo_fill(cairo);
	cairo_save(cairo);
	cairo_rectangle(cairo, x0, y0, side, side);
	cairo_clip(cairo);
	cairo_set_source_rgb(cairo, 0, 0, 0);
	cairo_paint(cairo);
	cairo_translate(cairo, x0, y0);
	warp(cairo, frame, &map);
	cairo_restore(cairo);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double x = pts[2 * i], y = pts[2 * i + 1];

		upright[2 * i] = (float)(x0 + ef_similarity_x(&map, x, y));
		upright[2 * i + 1] = (float)(y0 + ef_similarity_y(&map, x, y));
	}
	ef_draw_points(canvas, upright, fmaxf((float)side / 90, 1));
}
