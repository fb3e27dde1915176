/* What one frame's landmarks say of the head: its rotation and place, and the face as seen from
 * the front. */
#ifndef EF_SIGHT_H
#define EF_SIGHT_H

#include "normaliser/geometry/head_pose.h"

/* Rotation and place of the head in one frame. */
typedef struct {
	double angles[3]; /* yaw, pitch, roll, radians, as ef_rotation_angles () gives them */
	double place[3]; /* widths of the head, relative to the webcam */
} ef_stance_t;

typedef struct {
	ef_head_pose_t pose; /* in the landmarks' own plane, whose roll is removed */
	ef_landmarks_t straight; /* the face as if it looked straight ahead */
	ef_stance_t stance;
	double rotation[3][3]; /* of the head in the image */
} ef_sight_t;

/* Finds the sight of a tracked face, given that person's neutral landmarks. Returns 0, or -1 when
 * there is no face or its landmarks cannot be one. */
int ef_sight_take(ef_sight_t *sight, const ef_landmarks_t *neutral, const ef_face_t *face);

#endif
