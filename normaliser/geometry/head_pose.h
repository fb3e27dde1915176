/* Finds the head's rotation and place from landmarks, and removes the rotation from landmarks. */
#ifndef EF_HEAD_POSE_H
#define EF_HEAD_POSE_H

#include "normaliser/geometry/landmarks.h"
#include "normaliser/geometry/rotation.h"

/* Weak perspective: a model's point P appears at scale * (the first two rows of r) * P + shift. */
typedef struct {
	double r[3][3]; /* rotation of the head; x right, y up, z towards the webcam */
	double scale;
	double shift[2];
	double error; /* root mean square over the rigid points, in widths of the head */
} ef_head_pose_t;

/* A person's face: points of the plane as seen from the front, each with the mean face's depth. */
typedef struct {
	double p[EF_LANDMARKS][3];
} ef_solid_t;

void ef_solid_from_landmarks(ef_solid_t *solid, const ef_landmarks_t *landmarks);

/* Finds the pose in which the rigid points of face lie on the landmarks seen, by least squares in
 * which outliers weigh less. Returns 0, or -1 when it does not converge to a plausible pose. */
int ef_head_pose_fit(ef_head_pose_t *pose, const ef_solid_t *face, const ef_landmarks_t *seen);

/* Sets *straight to the landmarks seen as if the head looked straight ahead, in widths of the head.
 * Differences from face are assumed to lie in the face's own plane. */
void ef_head_pose_undo(const ef_head_pose_t *pose, const ef_solid_t *face,
	const ef_landmarks_t *seen, ef_landmarks_t *straight);

/* Sets seen to where a point of the head appears. */
void ef_head_pose_project(const ef_head_pose_t *pose, const double point[3], double seen[2]);

#endif
