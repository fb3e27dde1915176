/* Normalising takes away place, size and roll, and takes no nonsense. */
#include "normaliser/similarity.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

static void a_known_transform_is_found(void **state)
{
	const double from[4][2] = {{0, 0}, {1, 0}, {0, 2}, {-3, 1}};
	const similarity_t known = {.a = 1.5, .b = -0.7, .dx = 12, .dy = -5};
	similarity_t found;
	double to[4][2];

	(void)state;
	for (int i = 0; i < 4; i++) {
		similarity_apply(&known, from[i], to[i]);
	}
	assert_int_equal(similarity_fit(&found, from, to, 4), 0);
	assert_float_equal(found.a, known.a, 1e-6);
	assert_float_equal(found.b, known.b, 1e-6);
	assert_float_equal(found.dx, known.dx, 1e-6);
	assert_float_equal(found.dy, known.dy, 1e-6);
	assert_float_equal(similarity_scale(&found), hypot(1.5, 0.7), 1e-6);
}

static void noise_is_spread_over_the_points(void **state)
{
	const double from[3][2] = {{-1, 0}, {1, 0}, {0, 1}};
	const double to[3][2] = {{-1, 0.3}, {1, -0.3}, {0, 1}};
	similarity_t found;

	(void)state;
	assert_int_equal(similarity_fit(&found, from, to, 3), 0);
	/* dot = 1 + 1 + 2/3, cross = -0.6, over a spread of 8/3. */
	assert_float_equal(found.a, 1, 1e-6);
	assert_float_equal(found.b, -0.225, 1e-6);
}

static void sides_and_bridge_land_on_fixed_points(void **state)
{
	head_t head = head_at_rest();
	similarity_t map;
	ef_face_t face;
	shape_t shape;

	(void)state;
	head.roll = 25;
	head_seen(&head, &face);
	assert_int_equal(similarity_normalise(face.pts, &shape, &map), 0);
	assert_float_equal(shape.p[SIDE_RIGHT][0], -0.5, 1e-4);
	assert_float_equal(shape.p[SIDE_RIGHT][1], 0, 1e-4);
	assert_float_equal(shape.p[SIDE_LEFT][0], 0.5, 1e-4);
	assert_float_equal(shape.p[NOSE_BRIDGE][1], 0.062, 1e-4);
	assert_true(shape.p[CHIN][1] < -0.5);
}

static void place_size_and_roll_do_not_matter(void **state)
{
	static const double cases[][4] = {
		{30, 320, 240, 0}, {60, 20, 400, -40}, {200, 600, 90, 25}, {900, -500, 2000, 170}};
	head_t head = head_at_rest();
	shape_t reference, shape;
	similarity_t map;
	ef_face_t face;

	(void)state;
	head_open_jaw(&head, 0.1);
	head.yaw = 12;
	head_seen(&head, &face);
	assert_int_equal(similarity_normalise(face.pts, &reference, &map), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		head.width = cases[i][0];
		head.x = cases[i][1];
		head.y = cases[i][2];
		head.roll = cases[i][3];
		head_seen(&head, &face);
		assert_int_equal(similarity_normalise(face.pts, &shape, &map), 0);
		for (int k = 0; k < EF_LANDMARKS; k++) {
			assert_float_equal(shape.p[k][0], reference.p[k][0], 1e-5);
			assert_float_equal(shape.p[k][1], reference.p[k][1], 1e-5);
		}
	}
}

static void nonsense_is_refused(void **state)
{
	static const float wild[] = {NAN, INFINITY, -INFINITY, 1e30F, -2e5F};
	head_t head = head_at_rest();
	ef_face_t face = {0}, broken;
	similarity_t map;
	shape_t shape;

	(void)state;
	assert_int_equal(similarity_normalise(face.pts, &shape, &map), -1);
	head_seen(&head, &face);
	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		broken = face;
		broken.pts[2 * 48] = wild[i];
		assert_int_equal(similarity_normalise(broken.pts, &shape, &map), -1);
	}
	head.width = 3;
	head_seen(&head, &face);
	assert_int_equal(similarity_normalise(face.pts, &shape, &map), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_transform_is_found),
		cmocka_unit_test(noise_is_spread_over_the_points),
		cmocka_unit_test(sides_and_bridge_land_on_fixed_points),
		cmocka_unit_test(place_size_and_roll_do_not_matter),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests_name("similarity", tests, NULL, NULL);
}
