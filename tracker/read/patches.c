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
 * from cheek to cheek, and from the nose to the chin. */
#define EYE_RISE 0.16
#define EYE_SIDE 0.84
#define MOUTH_SIDE 1.1

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
	static const int outer[EF_PATCHES] = {42, 36, 48};
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
		int mouth = i == EF_PATCH_MOUTH;
		double at[2];

		/* Both corners of an eye, or the outer edge of the lips. */
		middle(pts, outer[i], mouth ? 1 : 3, mouth ? 12 : 2, at);
		if (!mouth) {
			at[0] += map.b * EYE_RISE;
			at[1] -= map.a * EYE_RISE;
		}
		places[i] = (ef_place_t){(float)at[0], (float)at[1],
			(float)(scale * (mouth ? MOUTH_SIDE : EYE_SIDE)), (float)roll};
	}
	return 0;
}

int ef_patch_cut(
	ef_plane_t *patch, ef_plane_t *scratch, const ef_luma_t *luma, const ef_place_t *place)
{
	return ef_roi_upright(patch, scratch, luma, place, EF_PATCH_SIDE, EF_PATCH_SIDE);
}
