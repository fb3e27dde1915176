/* Rotations in three dimensions: matrices of 3 x 3, row by row. Angles are radians: yaw about
 * +y, pitch about +x, roll about +z; r = roll * yaw * pitch. */
#ifndef EF_ROTATION_H
#define EF_ROTATION_H

/* out = r * p. */
void ef_rotation_apply(const double (*r)[3], const double p[3], double out[3]);

/* r = (rotation by the vector v: about its direction, by its length) * r. */
void ef_rotation_turn(double (*r)[3], const double v[3]);

void ef_rotation_angles(const double (*r)[3], double *yaw, double *pitch, double *roll);
void ef_rotation_from_angles(double (*r)[3], double yaw, double pitch, double roll);

/* r = a * b^T. */
void ef_rotation_difference(const double (*a)[3], const double (*b)[3], double (*r)[3]);

/* Unit quaternion x, y, z, w with w >= 0. */
void ef_rotation_quaternion(const double (*r)[3], double q[4]);

#endif
