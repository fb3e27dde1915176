#include "normaliser/geometry/rotation.h"

#include <math.h>
#include <string.h>

void ef_rotation_apply(const double (*r)[3], const double p[3], double out[3])
{
	for (int i = 0; i < 3; i++) {
		out[i] = r[i][0] * p[0] + r[i][1] * p[1] + r[i][2] * p[2];
	}
}

/* By Rodrigues' formula. */
void ef_rotation_turn(double (*r)[3], const double v[3])
{
	double angle = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
	double s, c, by[3][3], old[3][3];

	if (angle < 1e-12) {
		return;
	}
	double x = v[0] / angle, y = v[1] / angle, z = v[2] / angle;

	s = sin(angle);
	c = 1 - cos(angle);
	const double full[3][3] = {
		{1 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y},
		{c * x * y + s * z, 1 - c * (x * x + z * z), c * y * z - s * x},
		{c * x * z - s * y, c * y * z + s * x, 1 - c * (x * x + y * y)},
	};
	memcpy(by, full, sizeof(by));
	memcpy(old, r, sizeof(old));
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 3; j++) {
			r[i][j] =
				by[i][0] * old[0][j] + by[i][1] * old[1][j] + by[i][2] * old[2][j];
		}
	}
}

void ef_rotation_angles(const double (*r)[3], double *yaw, double *pitch, double *roll)
{
	*yaw = atan2(-r[2][0], hypot(r[0][0], r[1][0]));
	*pitch = atan2(r[2][1], r[2][2]);
	*roll = atan2(r[1][0], r[0][0]);
}

void ef_rotation_from_angles(double (*r)[3], double yaw, double pitch, double roll)
{
	static const double identity[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

	memcpy(r, identity, sizeof(identity));
	ef_rotation_turn(r, (const double[3]){pitch, 0, 0});
	ef_rotation_turn(r, (const double[3]){0, yaw, 0});
	ef_rotation_turn(r, (const double[3]){0, 0, roll});
}

void ef_rotation_difference(const double (*a)[3], const double (*b)[3], double (*r)[3])
{
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 3; j++) {
			r[i][j] = a[i][0] * b[j][0] + a[i][1] * b[j][1] + a[i][2] * b[j][2];
		}
	}
}

void ef_rotation_quaternion(const double (*r)[3], double q[4])
{
	/* Heads stay within 90 degrees of rest, so w is never near 0. */
	double w = sqrt(fmax(1e-6, 1 + r[0][0] + r[1][1] + r[2][2])) / 2;
	double length;

	q[0] = (r[2][1] - r[1][2]) / (4 * w);
	q[1] = (r[0][2] - r[2][0]) / (4 * w);
	q[2] = (r[1][0] - r[0][1]) / (4 * w);
	q[3] = w;
	length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
	for (int i = 0; i < 4; i++) {
		q[i] /= length;
	}
}
