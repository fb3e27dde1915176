/* The 68 landmarks of a face as points of a plane, x to the right, y up. */
#ifndef EF_LANDMARKS_H
#define EF_LANDMARKS_H

#include "proto/geometry/similarity.h"
#include "proto/wire/message.h"

typedef struct {
	double p[EF_LANDMARKS][2];
} ef_landmarks_t;

/* Names of some iBUG 300-W points. Left and right are the person's: left is on the image's
 * right. */
enum {
	EF_POINT_SIDE_RIGHT = 0,
	EF_POINT_CHIN = 8,
	EF_POINT_SIDE_LEFT = 16,
	EF_POINT_NOSE_BRIDGE = 27,
	EF_POINT_MOUTH_RIGHT = 48,
	EF_POINT_MOUTH_LEFT = 54,
};

/* The landmark that is at the same place in a mirror. */
extern const int ef_landmark_mirror[EF_LANDMARKS];

/* Sets the mean face's landmarks, looking straight ahead. */
void ef_landmarks_mean(ef_landmarks_t *landmarks);

/* Transforms a face's landmarks (pixels, y down) so that the sides of the head (0, 16) and the
 * bridge of the nose (27) lie as close as possible to the fixed points (-0.5, 0), (0.5, 0) and
 * (0, 0.062): y up, in widths of the head, independent of the face's place, size and roll. *map
 * is the map that was applied to (x, -y). Returns 0, or -1 for landmarks that cannot be a face:
 * not finite, all in one place, or outside any image. */
int ef_landmarks_normalise(
	const float pts[2 * EF_LANDMARKS], ef_landmarks_t *landmarks, ef_similarity_t *map);

#endif
