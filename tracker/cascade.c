#include "tracker/cascade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "proto/geometry/similarity.h"

#define COORDINATES (2 * EF_LANDMARKS)

static void *aligned(size_t count, size_t size)
{
	size_t bytes = (count * size + 63) / 64 * 64;
	void *block = aligned_alloc(64, bytes);

	if (block != NULL) {
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
		aligned(all_trees * (size_t)leaves * EF_LEAF_STRIDE, sizeof(*cascade->steps));
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

static float apply_x(const ef_similarity_t *map, float x, float y)
{
	return (float)map->a * x - (float)map->b * y + (float)map->dx;
}

static float apply_y(const ef_similarity_t *map, float x, float y)
{
	return (float)map->b * x + (float)map->a * y + (float)map->dy;
}

/* Reads the pixels that this stage compares: those at fixed places relative to the shape. */
static void read_features(const ef_cascade_t *cascade, int stage, const ef_luma_t *luma,
	const ef_similarity_t *to_pixels, const float *shape, float *values)
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
static void find_leaves(
	const ef_cascade_t *cascade, int stage, const float *values, const int16_t **found)
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

/* Integers, so that every machine adds up to the same landmarks. */
__attribute__((always_inline)) static inline void add_leaves_body(
	const int16_t *const *found, int count, int32_t *sums)
{
	for (int i = 0; i < count; i++) {
		const int16_t *restrict step = __builtin_assume_aligned(found[i], 32);

		for (int j = 0; j < EF_LEAF_STRIDE; j++) {
			sums[j] += step[j];
		}
	}
}

static void add_leaves(const int16_t *const *found, int count, int32_t *sums)
{
	add_leaves_body(found, count, sums);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void add_leaves_avx2(
	const int16_t *const *found, int count, int32_t *sums)
{
	add_leaves_body(found, count, sums);
}
#else
#define add_leaves_avx2 add_leaves
#endif

void ef_cascade_landmarks(const ef_cascade_t *cascade, const ef_luma_t *luma,
	const ef_place_t *place, float pts[COORDINATES])
{
	ef_similarity_t to_pixels = from_place(place);
	float shape[COORDINATES], values[EF_FEATURES_MAX];
	const int16_t *found[EF_TREES_MAX];
	_Alignas(64) int32_t sums[EF_LEAF_STRIDE];
	int fast = 0;

#ifdef __x86_64__
	fast = __builtin_cpu_supports("avx2");
#endif
	memcpy(shape, cascade->mean, sizeof(shape));
	for (int stage = 0; stage < cascade->stages; stage++) {
		read_features(cascade, stage, luma, &to_pixels, shape, values);
		find_leaves(cascade, stage, values, found);
		memset(sums, 0, sizeof(sums));
		(fast ? add_leaves_avx2 : add_leaves)(found, cascade->trees, sums);
		for (int i = 0; i < COORDINATES; i++) {
			shape[i] += (float)sums[i] * cascade->units[stage];
		}
	}
	for (int i = 0; i < EF_LANDMARKS; i++) {
		pts[2 * i] = apply_x(&to_pixels, shape[2 * i], shape[2 * i + 1]);
		pts[2 * i + 1] = apply_y(&to_pixels, shape[2 * i], shape[2 * i + 1]);
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
