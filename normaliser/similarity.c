#include "normaliser/similarity.h"

#include <math.h>

#include "normaliser/face_model.h"

/* A narrower head is noise; coordinates beyond PLACE_MAX lie outside any image. Pixels. */
#define WIDTH_MIN 8.0
#define PLACE_MAX 1e5

static void mean_of(const double (*points)[2], int count, double mean[2])
{
	mean[0] = mean[1] = 0;
	for (int i = 0; i < count; i++) {
		mean[0] += points[i][0] / count;
		mean[1] += points[i][1] / count;
	}
}

int similarity_fit(similarity_t *map, const double (*from)[2], const double (*to)[2], int count)
{
	double from_mean[2], to_mean[2], dot = 0, cross = 0, spread = 0;

	mean_of(from, count, from_mean);
	mean_of(to, count, to_mean);
	for (int i = 0; i < count; i++) {
		double x = from[i][0] - from_mean[0], y = from[i][1] - from_mean[1];
		double u = to[i][0] - to_mean[0], v = to[i][1] - to_mean[1];

		dot += x * u + y * v;
		cross += x * v - y * u;
		spread += x * x + y * y;
	}
	if (!(spread > 0) || !isfinite(spread) || !isfinite(dot) || !isfinite(cross)) {
		return -1;
	}
	map->a = dot / spread;
	map->b = cross / spread;
	map->dx = to_mean[0] - map->a * from_mean[0] + map->b * from_mean[1];
	map->dy = to_mean[1] - map->b * from_mean[0] - map->a * from_mean[1];
	return isfinite(map->dx) && isfinite(map->dy) && similarity_scale(map) > 0 ? 0 : -1;
}

void similarity_apply(const similarity_t *map, const double from[2], double to[2])
{
	double x = from[0], y = from[1];

	to[0] = map->a * x - map->b * y + map->dx;
	to[1] = map->b * x + map->a * y + map->dy;
}

double similarity_scale(const similarity_t *map)
{
	return hypot(map->a, map->b);
}

/* Turns y, which points down in pixels, up. Returns -1 when a coordinate is outside any image. */
static int upright(const float pts[2 * EF_LANDMARKS], shape_t *shape)
{
	for (int i = 0; i < EF_LANDMARKS; i++) {
		shape->p[i][0] = pts[2 * i];
		shape->p[i][1] = -pts[2 * i + 1];
		/* Also false for NaN. */
		if (!(fabs(shape->p[i][0]) < PLACE_MAX && fabs(shape->p[i][1]) < PLACE_MAX)) {
			return -1;
		}
	}
	return 0;
}

int similarity_normalise(const float pts[2 * EF_LANDMARKS], shape_t *shape, similarity_t *map)
{
	static const int anchors[] = {SIDE_RIGHT, SIDE_LEFT, NOSE_BRIDGE};
	double from[3][2], to[3][2];

	if (upright(pts, shape) == -1) {
		return -1;
	}
	for (int i = 0; i < 3; i++) {
		for (int axis = 0; axis < 2; axis++) {
			from[i][axis] = shape->p[anchors[i]][axis];
			to[i][axis] = face_model[anchors[i]][axis];
		}
	}
	if (similarity_fit(map, from, to, 3) == -1 || similarity_scale(map) > 1 / WIDTH_MIN) {
		return -1;
	}
	for (int i = 0; i < EF_LANDMARKS; i++) {
		similarity_apply(map, shape->p[i], shape->p[i]);
	}
	return 0;
}
