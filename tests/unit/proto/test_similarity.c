/* The least-squares similarity of the plane. */
#include "tests/unit/unit.h"

#include <math.h>

#include "proto/geometry/similarity.h"

static void known_transform_is_found(void **state)
{
	const float from[] = {0, 0, 1, 0, 0, 2, -3, 1};
	const ef_similarity_t known = {.a = 1.5, .b = -0.7, .dx = 12, .dy = -5};
	ef_similarity_t found;
	float to[8];

	(void)state;
	for (int i = 0; i < 4; i++) {
		to[2 * i] = (float)ef_similarity_x(&known, from[2 * i], from[2 * i + 1]);
		to[2 * i + 1] = (float)ef_similarity_y(&known, from[2 * i], from[2 * i + 1]);
	}
	assert_int_equal(ef_similarity_fit(&found, from, to, 4), 0);
	assert_float_equal(found.a, known.a, 1e-6);
	assert_float_equal(found.b, known.b, 1e-6);
	assert_float_equal(found.dx, known.dx, 1e-6);
	assert_float_equal(found.dy, known.dy, 1e-6);
	assert_float_equal(ef_similarity_scale(&found), hypot(1.5, 0.7), 1e-6);
}

static void noise_is_spread_over_the_points(void **state)
{
	const float from[] = {-1, 0, 1, 0, 0, 1}, to[] = {-1, 0.3F, 1, -0.3F, 0, 1};
	ef_similarity_t found;

	(void)state;
	assert_int_equal(ef_similarity_fit(&found, from, to, 3), 0);
	/* dot = 1 + 1 + 2/3, cross = -0.6, over a spread of 8/3. */
	assert_float_equal(found.a, 1, 1e-6);
	assert_float_equal(found.b, -0.225, 1e-6);
}

static void inverse_undoes_the_map(void **state)
{
	const ef_similarity_t map = {.a = 1.5, .b = -0.7, .dx = 12, .dy = -5};
	const ef_similarity_t inverse = ef_similarity_inverse(&map);
	double x = ef_similarity_x(&map, 3, 4), y = ef_similarity_y(&map, 3, 4);

	(void)state;
	assert_float_equal(ef_similarity_x(&inverse, x, y), 3, 1e-9);
	assert_float_equal(ef_similarity_y(&inverse, x, y), 4, 1e-9);
}

static void degenerate_points_are_refused(void **state)
{
	const float good[] = {0, 0, 1, 0, 0, 1}, equal[] = {2, 3, 2, 3, 2, 3};
	const float wild[][6] = {
		{NAN, 0, 1, 0, 0, 1}, {0, 0, INFINITY, 0, 0, 1}, {0, 0, 1, -INFINITY, 0, 1}};
	ef_similarity_t map;

	(void)state;
	assert_int_equal(ef_similarity_fit(&map, equal, good, 3), -1);
	assert_true(isnan(map.a) && isnan(map.b) && isnan(map.dx) && isnan(map.dy));
	assert_int_equal(ef_similarity_fit(&map, good, equal, 3), -1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ef_similarity_fit(&map, wild[i], good, 3), -1);
		assert_int_equal(ef_similarity_fit(&map, good, wild[i], 3), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_transform_is_found),
		cmocka_unit_test(noise_is_spread_over_the_points),
		cmocka_unit_test(inverse_undoes_the_map),
		cmocka_unit_test(degenerate_points_are_refused),
	};

	return cmocka_run_group_tests_name("similarity", tests, NULL, NULL);
}
