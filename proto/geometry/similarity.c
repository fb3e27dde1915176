#include "proto/geometry/similarity.h"

#include <math.h>

static void mean_of(const float *points, int count, double mean[2])
{
	mean[0] = mean[1] = 0;
	for (int i = 0; i < count; i++) {
		mean[0] += points[2 * i];
		mean[1] += points[2 * i + 1];
	}
	mean[0] /= count;
	mean[1] /= count;
}

int ef_similarity_fit(ef_similarity_t *map, const float *from, const float *to, int count)
{
	double from_mean[2], to_mean[2], dot = 0, cross = 0, spread = 0, a, b;

	mean_of(from, count, from_mean);
	mean_of(to, count, to_mean);
	for (int i = 0; i < count; i++) {
		double x = from[2 * i] - from_mean[0], y = from[2 * i + 1] - from_mean[1];
		double u = to[2 * i] - to_mean[0], v = to[2 * i + 1] - to_mean[1];

		dot += x * u + y * v;
		cross += x * v - y * u;
		spread += x * x + y * y;
	}
	a = dot / spread;
	b = cross / spread;
	*map = (ef_similarity_t){.a = a,
		.b = b,
		.dx = to_mean[0] - a * from_mean[0] + b * from_mean[1],
		.dy = to_mean[1] - b * from_mean[0] - a * from_mean[1]};
	if (!(ef_similarity_scale(map) > 0) || !isfinite(map->dx) || !isfinite(map->dy)) {
		*map = (ef_similarity_t){NAN, NAN, NAN, NAN};
		return -1;
	}
	return 0;
}

ef_similarity_t ef_similarity_inverse(const ef_similarity_t *map)
{
	double square = map->a * map->a + map->b * map->b;
	ef_similarity_t inverse = {.a = map->a / square, .b = -map->b / square};

	inverse.dx = -ef_similarity_x(&inverse, map->dx, map->dy);
	inverse.dy = -ef_similarity_y(&inverse, map->dx, map->dy);
	return inverse;
}

double ef_similarity_scale(const ef_similarity_t *map)
{
	return hypot(map->a, map->b);
}
