/* Similarity transforms of the plane: rotation, uniform scale, shift. */
#ifndef EF_SIMILARITY_H
#define EF_SIMILARITY_H

/* Maps (x, y) to (a x - b y + dx, b x + a y + dy). */
typedef struct {
	double a, b, dx, dy;
} ef_similarity_t;

/* Finds the map of count points (x0, y0, ...) onto as many others with the least squared error,
 * without reflection: Umeyama, "Least-squares estimation of transformation parameters between
 * two point patterns", IEEE PAMI 13 (1991). Returns 0; or -1, with not-a-number in *map, when
 * the points do not define one: all equal, or not finite. */
int ef_similarity_fit(ef_similarity_t *map, const float *from, const float *to, int count);

/* The map that undoes a fitted one. */
ef_similarity_t ef_similarity_inverse(const ef_similarity_t *map);

/* The factor by which it enlarges. */
double ef_similarity_scale(const ef_similarity_t *map);

static inline double ef_similarity_x(const ef_similarity_t *map, double x, double y)
{
	return map->a * x - map->b * y + map->dx;
}

static inline double ef_similarity_y(const ef_similarity_t *map, double x, double y)
{
	return map->b * x + map->a * y + map->dy;
}

#endif
