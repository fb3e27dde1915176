/* Normalising removes place, size and roll, and refuses invalid landmarks. */
#include "normaliser/geometry/landmarks.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

static void sides_and_bridge_land_on_fixed_points(void **state)
{
	head_t head = head_at_rest();
	ef_similarity_t map;
	ef_face_t face;
	ef_landmarks_t landmarks;

	(void)state;
	head.roll = 25;
	head_seen(&head, &face);
	assert_int_equal(ef_landmarks_normalise(face.pts, &landmarks, &map), 0);
	assert_float_equal(landmarks.p[EF_POINT_SIDE_RIGHT][0], -0.5, 1e-4);
	assert_float_equal(landmarks.p[EF_POINT_SIDE_RIGHT][1], 0, 1e-4);
	assert_float_equal(landmarks.p[EF_POINT_SIDE_LEFT][0], 0.5, 1e-4);
	assert_float_equal(landmarks.p[EF_POINT_NOSE_BRIDGE][1], 0.062, 1e-4);
	assert_true(landmarks.p[EF_POINT_CHIN][1] < -0.5);
}

static void place_size_and_roll_do_not_matter(void **state)
{
	static const double cases[][4] = {
		{30, 320, 240, 0}, {60, 20, 400, -40}, {200, 600, 90, 25}, {900, -500, 2000, 170}};
	head_t head = head_at_rest();
	ef_landmarks_t reference, landmarks;
	ef_similarity_t map;
	ef_face_t face;

	(void)state;
	head_open_jaw(&head, 0.1);
	head.yaw = 12;
	head_seen(&head, &face);
	assert_int_equal(ef_landmarks_normalise(face.pts, &reference, &map), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		head.width = cases[i][0];
		head.x = cases[i][1];
		head.y = cases[i][2];
		head.roll = cases[i][3];
		head_seen(&head, &face);
		assert_int_equal(ef_landmarks_normalise(face.pts, &landmarks, &map), 0);
		for (int k = 0; k < EF_LANDMARKS; k++) {
			assert_float_equal(landmarks.p[k][0], reference.p[k][0], 1e-5);
			assert_float_equal(landmarks.p[k][1], reference.p[k][1], 1e-5);
		}
	}
}

static void invalid_landmarks_are_refused(void **state)
{
	static const float wild[] = {NAN, INFINITY, -INFINITY, 1e30F, -2e5F};
	head_t head = head_at_rest();
	ef_face_t face = {0}, broken;
	ef_similarity_t map;
	ef_landmarks_t landmarks;

	(void)state;
	assert_int_equal(ef_landmarks_normalise(face.pts, &landmarks, &map), -1);
	head_seen(&head, &face);
	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		broken = face;
		broken.pts[2 * 48] = wild[i];
		assert_int_equal(ef_landmarks_normalise(broken.pts, &landmarks, &map), -1);
	}
	head.width = 3;
	head_seen(&head, &face);
	assert_int_equal(ef_landmarks_normalise(face.pts, &landmarks, &map), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sides_and_bridge_land_on_fixed_points),
		cmocka_unit_test(place_size_and_roll_do_not_matter),
		cmocka_unit_test(invalid_landmarks_are_refused),
	};

	return cmocka_run_group_tests_name("landmarks", tests, NULL, NULL);
}
