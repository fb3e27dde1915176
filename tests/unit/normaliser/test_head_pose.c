/* The head's rotation from landmarks, and the face without it. */
#include "normaliser/geometry/head_pose.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

static void as_shape(const head_t *head, ef_landmarks_t *landmarks)
{
	ef_face_t face;

	head_seen(head, &face);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		landmarks->p[i][0] = (face.pts[2 * i] - head->x) / head->width;
		landmarks->p[i][1] = (head->y - face.pts[2 * i + 1]) / head->width;
	}
}

static ef_solid_t mean_face(void)
{
	ef_solid_t solid;

	for (int i = 0; i < EF_LANDMARKS; i++) {
		for (int axis = 0; axis < 3; axis++) {
			solid.p[i][axis] = ef_face_model[i][axis];
		}
	}
	return solid;
}

/* Fits the person's own flat face with the mean depths to the head's landmarks. */
static void check_angles(head_t head, double tolerance)
{
	double yaw, pitch, roll, want[3] = {head.yaw, head.pitch, head.roll};
	ef_landmarks_t flat, seen;
	ef_solid_t person;
	ef_head_pose_t pose;

	as_shape(&head, &seen);
	head.yaw = head.pitch = head.roll = 0;
	as_shape(&head, &flat);
	ef_solid_from_landmarks(&person, &flat);
	assert_int_equal(ef_head_pose_fit(&pose, &person, &seen), 0);
	ef_rotation_angles(pose.r, &yaw, &pitch, &roll);
	assert_float_equal(yaw / DEGREES, want[0], tolerance);
	assert_float_equal(pitch / DEGREES, want[1], tolerance);
	assert_float_equal(roll / DEGREES, want[2], tolerance);
}

static void angles_are_found(void **state)
{
	(void)state;
	for (int yaw = -25; yaw <= 25; yaw += 5) {
		for (int pitch = -25; pitch <= 25; pitch += 5) {
			head_t head = head_at_rest(), other = other_head();

			head.yaw = other.yaw = yaw;
			head.pitch = other.pitch = pitch;
			head.roll = other.roll = (yaw + pitch) / 3;
			check_angles(head, 0.05);
			/* Depths 12 % wrong, as much as a nose may differ from the mean. */
			check_angles(other, 3);
		}
	}
}

static void large_turns_converge(void **state)
{
	head_t head = head_at_rest();

	(void)state;
	for (int side = -1; side <= 1; side += 2) {
		head.yaw = 50 * side;
		head.pitch = 10;
		check_angles(head, 0.1);
		head.yaw = 5;
		head.pitch = 40 * side;
		check_angles(head, 0.1);
	}
}

static void expressions_do_not_turn_the_head(void **state)
{
	head_t head = head_at_rest();
	ef_solid_t person = mean_face();
	double yaw, pitch, roll;
	ef_landmarks_t seen;
	ef_head_pose_t pose;

	(void)state;
	head_open_jaw(&head, 0.2);
	head_move(&head, 17, 26, 0, 0.05);
	head_close_eye(&head, 36, 1);
	as_shape(&head, &seen);
	assert_int_equal(ef_head_pose_fit(&pose, &person, &seen), 0);
	ef_rotation_angles(pose.r, &yaw, &pitch, &roll);
	assert_float_equal(yaw, 0, 1e-4);
	assert_float_equal(pitch, 0, 1e-4);
	assert_float_equal(roll, 0, 1e-4);
}

static void an_outlier_has_little_weight(void **state)
{
	head_t head = head_at_rest();
	ef_solid_t person = mean_face();
	double yaw, pitch, roll;
	ef_landmarks_t seen;
	ef_head_pose_t pose;

	(void)state;
	as_shape(&head, &seen);
	seen.p[45][1] -= 0.06;
	assert_int_equal(ef_head_pose_fit(&pose, &person, &seen), 0);
	ef_rotation_angles(pose.r, &yaw, &pitch, &roll);
	assert_true(fabs(roll) < 1 * DEGREES);
	assert_true(fabs(pitch) < 1 * DEGREES);
	assert_true(fabs(yaw) < 1 * DEGREES);
}

static void undoing_the_pose_restores_the_face(void **state)
{
	head_t head = head_at_rest();
	ef_solid_t person = mean_face();
	ef_landmarks_t seen, straight;
	ef_head_pose_t pose;

	(void)state;
	head_open_jaw(&head, 0.15);
	head.yaw = 24;
	head.pitch = -18;
	head.roll = 10;
	as_shape(&head, &seen);
	assert_int_equal(ef_head_pose_fit(&pose, &person, &seen), 0);
	ef_head_pose_undo(&pose, &person, &seen, &straight);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		assert_float_equal(straight.p[i][0], head.points[i][0], 1e-3);
		assert_float_equal(straight.p[i][1], head.points[i][1], 1e-3);
	}
}

static void points_that_are_no_face_are_refused(void **state)
{
	ef_solid_t person = mean_face();
	ef_landmarks_t seen = {{{0}}};
	unsigned random = 1;
	ef_head_pose_t pose;

	(void)state;
	assert_int_equal(ef_head_pose_fit(&pose, &person, &seen), -1);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			random = random * 1103515245u + 12345u;
			seen.p[i][axis] = (random >> 16) % 1000 / 500.0 - 1;
		}
	}
	assert_int_equal(ef_head_pose_fit(&pose, &person, &seen), -1);
}

/* Points of the person's face are projected to where the landmarks are. */
static void points_are_projected_to_their_landmarks(void **state)
{
	head_t head = head_at_rest();
	ef_solid_t person = mean_face();
	ef_landmarks_t seen;
	ef_head_pose_t pose;

	(void)state;
	head.yaw = 24;
	head.pitch = -18;
	head.roll = 10;
	as_shape(&head, &seen);
	assert_int_equal(ef_head_pose_fit(&pose, &person, &seen), 0);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double place[2];

		ef_head_pose_project(&pose, person.p[i], place);
		assert_float_equal(place[0], seen.p[i][0], 1e-3);
		assert_float_equal(place[1], seen.p[i][1], 1e-3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(angles_are_found),
		cmocka_unit_test(large_turns_converge),
		cmocka_unit_test(expressions_do_not_turn_the_head),
		cmocka_unit_test(an_outlier_has_little_weight),
		cmocka_unit_test(undoing_the_pose_restores_the_face),
		cmocka_unit_test(points_that_are_no_face_are_refused),
		cmocka_unit_test(points_are_projected_to_their_landmarks),
	};

	return cmocka_run_group_tests_name("pose", tests, NULL, NULL);
}
