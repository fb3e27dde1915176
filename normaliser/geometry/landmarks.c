#include "normaliser/geometry/landmarks.h"

#include <math.h>

#include "normaliser/geometry/face_model.h"

/* A narrower head is noise; coordinates beyond PLACE_MAX lie outside any image. Pixels. */
#define WIDTH_MIN 8.0
#define PLACE_MAX 1e5

const int ef_landmark_mirror[EF_LANDMARKS] = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
	26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42,
	47, 46, 39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62,
	61, 60, 67, 66, 65};

void ef_landmarks_mean(ef_landmarks_t *landmarks)
{
	for (int i = 0; i < EF_LANDMARKS; i++) {
		landmarks->p[i][0] = ef_face_model[i][0];
		landmarks->p[i][1] = ef_face_model[i][1];
	}
}

int ef_landmarks_normalise(
	const float pts[2 * EF_LANDMARKS], ef_landmarks_t *landmarks, ef_similarity_t *map)
{
	static const int anchors[] = {
		EF_POINT_SIDE_RIGHT, EF_POINT_SIDE_LEFT, EF_POINT_NOSE_BRIDGE};
	float from[6], to[6];

	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		/* Also false for NaN. */
		if (!(fabs(pts[i]) < PLACE_MAX)) {
			return -1;
		}
	}
	for (int i = 0; i < 3; i++) {
		/* Pixels count y downwards, the model upwards. */
		from[2 * i] = pts[2 * anchors[i]];
		from[2 * i + 1] = -pts[2 * anchors[i] + 1];
		to[2 * i] = (float)ef_face_model[anchors[i]][0];
		to[2 * i + 1] = (float)ef_face_model[anchors[i]][1];
	}
	if (ef_similarity_fit(map, from, to, 3) == -1 || ef_similarity_scale(map) > 1 / WIDTH_MIN) {
		return -1;
	}
	for (int i = 0; i < EF_LANDMARKS; i++) {
		landmarks->p[i][0] = ef_similarity_x(map, pts[2 * i], -pts[2 * i + 1]);
		landmarks->p[i][1] = ef_similarity_y(map, pts[2 * i], -pts[2 * i + 1]);
	}
	return 0;
}
