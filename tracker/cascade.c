#include "tracker/cascade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "proto/geometry/similarity.h"

#define LARGE_PAGE ((size_t)2 << 20) /* bytes */
/* Compiled once for each kind of processor. */
#define INLINE __attribute__((always_inline)) static inline
#define COORDINATES (2 * EF_LANDMARKS)

/* The leaves of the published model are 35 MB, of which a search reads 2 MB here and there. In pages of
 * the usual size, finding a leaf's page takes longer than reading it. */
static void *large(size_t count, size_t size)
{
	size_t bytes = (count * size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	void *block = aligned_alloc(LARGE_PAGE, bytes);

	if (block != NULL) {
		madvise(block, bytes, MADV_HUGEPAGE);
		memset(block, 0, bytes);
	}
	return block;
}

ef_cascade_t *ef_cascade_new(int stages, int trees, int features, int leaves)
{
	ef_cascade_t *cascade = calloc(1, sizeof(*cascade));
	size_t all_trees = (size_t)stages * (size_t)trees;
	size_t all_features = (size_t)stages * (size_t)features;

	if (cascade == NULL || features > EF_FEATURES_MAX || trees > EF_TREES_MAX) {
		free(cascade);
		return NULL;
	}
	cascade->stages = stages;
	cascade->trees = trees;
	cascade->features = features;
	cascade->leaves = leaves;
	cascade->anchors = calloc(all_features, sizeof(*cascade->anchors));
	cascade->deltas = calloc(2 * all_features, sizeof(*cascade->deltas));
	cascade->splits = calloc(all_trees * (size_t)(leaves - 1), sizeof(*cascade->splits));
	cascade->units = calloc((size_t)stages, sizeof(*cascade->units));
	cascade->steps =
		large(all_trees * (size_t)leaves * EF_LEAF_STRIDE, sizeof(*cascade->steps));
	if (!cascade->anchors || !cascade->deltas || !cascade->splits || !cascade->units ||
		!cascade->steps) {
		ef_cascade_destroy(&cascade);
	}
	return cascade;
}

void ef_cascade_destroy(ef_cascade_t **cascade_p)
{
	ef_cascade_t *cascade = *cascade_p;

	if (cascade != NULL) {
		free(cascade->anchors);
		free(cascade->deltas);
		free(cascade->splits);
		free(cascade->units);
		free(cascade->steps);
		free(cascade);
		*cascade_p = NULL;
	}
}

/* 0..1 spans the first to the last pixel of a box, as in dlib's training. */
static ef_similarity_t from_place(const ef_place_t *place)
{
	float side = place->size - 1;
	float a = side * cosf(place->roll), b = side * sinf(place->roll);

	return (ef_similarity_t){a, b, place->x - (a - b) / 2, place->y - (a + b) / 2};
}

/* The similarity from the mean shape to shape. It is rounded and applied in single precision, as
 * the tracker was measured: the last bit decides which pixel is read, and so which leaf is
 * taken. */
static ef_similarity_t fit_mean(const ef_cascade_t *cascade, const float *shape)
{
	ef_similarity_t fit;

	ef_similarity_fit(&fit, cascade->mean, shape, EF_LANDMARKS);
	return (ef_similarity_t){(float)fit.a, (float)fit.b, (float)fit.dx, (float)fit.dy};
}

INLINE float apply_x(const ef_similarity_t *map, float x, float y)
{
	return (float)map->a * x - (float)map->b * y + (float)map->dx;
}

INLINE float apply_y(const ef_similarity_t *map, float x, float y)
{
	return (float)map->b * x + (float)map->a * y + (float)map->dy;
}

/* Reads the pixels that this stage compares: those at fixed places relative to the shape. */
INLINE void read_features(const ef_cascade_t *cascade, int stage, const ef_luma_t *luma,
	const ef_similarity_t *to_pixels, const float *shape, int *values)
{
	size_t first = (size_t)stage * (size_t)cascade->features;
	const uint16_t *anchors = cascade->anchors + first;
	const float *deltas = cascade->deltas + 2 * first;
	ef_similarity_t turn = fit_mean(cascade, shape);

	turn.dx = turn.dy = 0;
	for (int i = 0; i < cascade->features; i++) {
		float dx = deltas[2 * i], dy = deltas[2 * i + 1];
		float u = shape[2 * anchors[i]] + apply_x(&turn, dx, dy);
		float v = shape[2 * anchors[i] + 1] + apply_y(&turn, dx, dy);
		float x = floorf(apply_x(to_pixels, u, v) + 0.5f);
		float y = floorf(apply_y(to_pixels, u, v) + 0.5f);
		int inside = x >= 0 && y >= 0 && x < (float)luma->w && y < (float)luma->h;

		values[i] = inside ? luma->data[(long)y * luma->stride + (long)x] : 0;
	}
}

/* Walks every tree of a stage and prefetches its leaf. */
INLINE void find_leaves(
	const ef_cascade_t *cascade, int stage, const int *values, const int16_t **found)
{
	size_t inner = (size_t)cascade->leaves - 1, tree = (size_t)stage * (size_t)cascade->trees;

	for (int i = 0; i < cascade->trees; i++, tree++) {
		const ef_split_t *splits = cascade->splits + tree * inner;
		size_t node = 0;

		while (node < inner) {
			const ef_split_t *split = &splits[node];

			node = 2 * node + 2 -
			       (values[split->a] - values[split->b] > split->threshold);
		}
		found[i] = cascade->steps +
			   (tree * (size_t)cascade->leaves + node - inner) * EF_LEAF_STRIDE;
		for (int line = 0; line < 2 * COORDINATES; line += 64) {
			__builtin_prefetch((const char *)found[i] + line);
		}
	}
}

typedef int16_t steps_t __attribute__((vector_size(16)));
typedef int32_t sums_t __attribute__((vector_size(32)));

#define LANES 8 /* of each of them */
#define PARTS 6 /* sums that fit into the registers; the leaf is a multiple of these */

/* Integers, so that every machine adds up to the same landmarks. */
INLINE void add_leaves(const int16_t *const *found, int count, int32_t *sums)
{
	for (int first = 0; first < EF_LEAF_STRIDE; first += PARTS * LANES) {
		sums_t part[PARTS] = {0};

		for (int i = 0; i < count; i++) {
			const steps_t *step = (const steps_t *)(found[i] + first);

#pragma GCC unroll 6
			for (int k = 0; k < PARTS; k++) {
				part[k] += __builtin_convertvector(step[k], sums_t);
			}
		}
		memcpy(sums + first, part, sizeof(part));
	}
}

/* Moves the landmarks by what a stage's trees say. */
INLINE void step_body(const ef_cascade_t *cascade, int stage, const ef_luma_t *luma,
	const ef_similarity_t *to_pixels, float shape[COORDINATES])
{
	int values[EF_FEATURES_MAX];
	const int16_t *found[EF_TREES_MAX];
	int32_t sums[EF_LEAF_STRIDE];

	read_features(cascade, stage, luma, to_pixels, shape, values);
	find_leaves(cascade, stage, values, found);
	add_leaves(found, cascade->trees, sums);
	for (int i = 0; i < COORDINATES; i++) {
		shape[i] += (float)sums[i] * cascade->units[stage];
	}
}

typedef void step_fn(const ef_cascade_t *cascade, int stage, const ef_luma_t *luma,
	const ef_similarity_t *to_pixels, float shape[COORDINATES]);

static void step(const ef_cascade_t *cascade, int stage, const ef_luma_t *luma,
	const ef_similarity_t *to_pixels, float shape[COORDINATES])
{
	step_body(cascade, stage, luma, to_pixels, shape);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void step_avx2(const ef_cascade_t *cascade, int stage,
	const ef_luma_t *luma, const ef_similarity_t *to_pixels, float shape[COORDINATES])
{
	step_body(cascade, stage, luma, to_pixels, shape);
}
#endif

static step_fn *fastest_step(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2")) {
		return step_avx2;
	}
#endif
	return step;
}

void ef_cascade_landmarks(const ef_cascade_t *cascade, const ef_luma_t *luma,
	const ef_place_t *places, int count, float pts[][COORDINATES])
{
	ef_similarity_t to_pixels[count];
	step_fn *take = fastest_step();

	for (int k = 0; k < count; k++) {
		to_pixels[k] = from_place(&places[k]);
		memcpy(pts[k], cascade->mean, sizeof(pts[k]));
	}
	for (int stage = 0; stage < cascade->stages; stage++) {
		for (int k = 0; k < count; k++) {
			take(cascade, stage, luma, &to_pixels[k], pts[k]);
		}
	}
	for (int k = 0; k < count; k++) {
		for (float *at = pts[k]; at < pts[k] + COORDINATES; at += 2) {
			float x = at[0], y = at[1];

			at[0] = apply_x(&to_pixels[k], x, y);
			at[1] = apply_y(&to_pixels[k], x, y);
		}
	}
}

void ef_cascade_fit(const ef_cascade_t *cascade, const float pts[COORDINATES], ef_place_t *place,
	float *residual)
{
	ef_similarity_t fit = fit_mean(cascade, pts);
	double sum = 0, side = ef_similarity_scale(&fit);

	place->x = apply_x(&fit, 0.5f, 0.5f);
	place->y = apply_y(&fit, 0.5f, 0.5f);
	place->size = (float)side + 1;
	place->roll = atan2f((float)fit.b, (float)fit.a);
	if (residual == NULL) {
		return;
	}
	for (int i = 0; i < EF_LANDMARKS; i++) {
		float x = cascade->mean[2 * i], y = cascade->mean[2 * i + 1];
		double dx = pts[2 * i] - apply_x(&fit, x, y),
		       dy = pts[2 * i + 1] - apply_y(&fit, x, y);

		sum += dx * dx + dy * dy;
	}
	*residual = (float)(sqrt(sum / EF_LANDMARKS) / fmax(side, 1));
}
