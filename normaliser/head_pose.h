/* The head's rotation and place from landmarks, and the landmarks as they would be without it. */
#ifndef POSE_H
#define POSE_H

#include "normaliser/landmarks.h"

/* Weak perspective: a model's point P is seen at scale * (the first two rows of r) * P + shift. */
typedef struct {
	double r[3][3]; /* rotation of the head; x right, y up, z towards the camera */
	double scale;
	double shift[2];
	double error; /* root mean square over the rigid points, in widths of the head */
} pose_t;

/* A person's face: points of the plane as seen from the front, each with the depth that the mean
 * face has there. */
typedef struct {
	double p[EF_LANDMARKS][3];
} solid_t;

void solid_from_shape(solid_t *solid, const shape_t *shape);

/* Finds the pose in which the rigid points of face lie on the landmarks seen, by least squares with
 * outliers weighed down. Returns 0, or -1 when it does not converge to a plausible one. */
int pose_fit(pose_t *pose, const solid_t *face, const shape_t *seen);

/* Moves what is seen back to a face that looks straight ahead, in widths of the head. What differs
 * from the face is taken to have moved in the face's own plane. */
void pose_undo(const pose_t *pose, const solid_t *face, const shape_t *seen, shape_t *straight);

/* Where the head's point P is seen. */
void pose_project(const pose_t *pose, const double point[3], double seen[2]);

/* Rotations are 3 x 3, row by row. Radians: yaw about +y, pitch about +x, roll about +z;
 * r = roll * yaw * pitch. */
void rotation_angles(const double (*r)[3], double *yaw, double *pitch, double *roll);
void rotation_from_angles(double (*r)[3], double yaw, double pitch, double roll);

/* r = a * b^T. */
void rotation_difference(const double (*a)[3], const double (*b)[3], double (*r)[3]);

/* Unit quaternion x, y, z, w with w >= 0. */
void rotation_quaternion(const double (*r)[3], double q[4]);

#endif
