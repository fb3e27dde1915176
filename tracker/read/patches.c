#include "tracker/read/patches.h"

#include <math.h>

#include "proto/geometry/similarity.h"

/* The corners of the eyes, the bridge and the base of the nose. */
#define STABLE 11
static const int stable[STABLE] = {36, 39, 42, 45, 27, 28, 29, 30, 31, 33, 35};

/* Where they lie on the mean face, in distances between the outer corners of the eyes; y down, the
 * origin between those. */
static const float mean[2 * STABLE] = {-0.5f, 0, -0.198f, 0.016f, 0.198f, 0.016f, 0.5f, 0, 0,
	-0.049f, 0, 0.067f, 0, 0.181f, 0, 0.3f, -0.148f, 0.447f, 0, 0.479f, 0.148f, 0.447f};

/* In the same distances: an eye's patch reaches from the cheek to above a raised brow, the mouth's
 * from cheek to cheek, and from the nose to the chin, and the whole face from the hair to the neck. */
static const struct {
	int first, step, count; /* of the landmarks whose middle it is */
	double rise; /* of its centre above them */
	double side;
} squares[EF_PATCHES] = {
	[EF_PATCH_LEFT_EYE] = {42, 3, 2, 0.16, 0.84}, /* both corners of the eye */
	[EF_PATCH_RIGHT_EYE] = {36, 3, 2, 0.16, 0.84},
	[EF_PATCH_MOUTH] = {48, 1, 12, 0, 1.1}, /* the outer edge of the lips */
	[EF_PATCH_FACE] = {36, 3, 4, -0.4, 2}, /* all corners of the eyes */
};

/* The mean of count landmarks from first on, step apart. */
static void middle(const float *pts, int first, int step, int count, double at[2])
{
	at[0] = at[1] = 0;
	for (int i = 0; i < count; i++) {
		const float *p = pts + 2 * (first + i * step);

		at[0] += p[0] / (double)count;
		at[1] += p[1] / (double)count;
	}
}

int ef_patches_place(const float pts[2 * EF_LANDMARKS], ef_place_t places[EF_PATCHES])
{
	float seen[2 * STABLE];
	ef_similarity_t map;
	double scale, roll;

	for (int i = 0; i < STABLE; i++) {
		seen[2 * i] = pts[2 * stable[i]];
		seen[2 * i + 1] = pts[2 * stable[i] + 1];
	}
	if (ef_similarity_fit(&map, mean, seen, STABLE) == -1) {
		return -1;
	}
	scale = ef_similarity_scale(&map);
	roll = atan2(map.b, map.a);
	for (int i = 0; i < EF_PATCHES; i++) {
		double at[2];

		middle(pts, squares[i].first, squares[i].step, squares[i].count, at);
		at[0] += map.b * squares[i].rise;
		at[1] -= map.a * squares[i].rise;
		places[i] = (ef_place_t){
			(float)at[0], (float)at[1], (float)(scale * squares[i].side), (float)roll};
	}
	return 0;
}

int ef_patch_cut(
	ef_plane_t *patch, ef_plane_t *scratch, const ef_luma_t *luma, const ef_place_t *place)
{
	return ef_roi_upright(patch, scratch, luma, place, EF_PATCH_SIDE, EF_PATCH_SIDE);
}
