/* Angles, matrices and quaternions. */
#include "tests/unit/unit.h"

#include <math.h>

#include "normaliser/geometry/rotation.h"

static void rotations_round_trip(void **state)
{
	const double yaw = 0.3, pitch = -0.2, roll = 0.5;
	double r[3][3], same[3][3], found[3], q[4];

	(void)state;
	ef_rotation_from_angles(r, yaw, pitch, roll);
	ef_rotation_angles(r, &found[0], &found[1], &found[2]);
	assert_float_equal(found[0], yaw, 1e-6);
	assert_float_equal(found[1], pitch, 1e-6);
	assert_float_equal(found[2], roll, 1e-6);
	ef_rotation_difference(r, r, same);
	assert_float_equal(same[0][0] + same[1][1] + same[2][2], 3, 1e-6);
	ef_rotation_quaternion(r, q);
	assert_float_equal(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3], 1, 1e-6);
	ef_rotation_from_angles(r, 0.4, 0, 0);
	ef_rotation_quaternion(r, q);
	assert_float_equal(q[1], sin(0.2), 1e-6);
	assert_float_equal(q[3], cos(0.2), 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rotations_round_trip),
	};

	return cmocka_run_group_tests_name("rotation", tests, NULL, NULL);
}
