#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#include "tracker/cascade.h"

/* One tree that compares two pixels: the left leaf moves every landmark right, the right leaf
 * moves it down, by half a side. */
static ef_cascade_t *make(void)
{
	ef_cascade_t *cascade = ef_cascade_new(1, 1, 2, 2);

	for (int i = 0; i < EF_LANDMARKS; i++) {
		cascade->mean[2 * i] = 0.25f + 0.5f * (float)(i % 8) / 7;
		cascade->mean[2 * i + 1] = 0.25f + 0.5f * (float)(i / 8) / 8;
		cascade->steps[2 * i] = 1000;
		cascade->steps[EF_LEAF_STRIDE + 2 * i + 1] = 1000;
	}
	cascade->units[0] = 0.5f / 1000;
	cascade->anchors[0] = 0;
	cascade->anchors[1] = 7;
	cascade->splits[0] = (ef_split_t){0, 1, 10};
	return cascade;
}

static void chooses_leaf_by_pixel_difference(void **state)
{
	static uint8_t pixels[101 * 101];
	const ef_luma_t luma = {pixels, 101, 101, 101};
	const ef_place_t place = {50, 50, 101, 0};
	ef_cascade_t *cascade = make();
	float pts[2 * EF_LANDMARKS];

	(void)state;
	/* The features are at (25, 25) and (75, 25). */
	pixels[25 * 101 + 25] = 11;
	ef_cascade_landmarks(cascade, &luma, &place, 1, &pts);
	assert_float_equal(pts[0], 75, 0.01);
	assert_float_equal(pts[1], 25, 0.01);
	pixels[25 * 101 + 75] = 1;
	ef_cascade_landmarks(cascade, &luma, &place, 1, &pts);
	assert_float_equal(pts[0], 25, 0.01);
	assert_float_equal(pts[1], 75, 0.01);
	ef_cascade_destroy(&cascade);
	assert_null(cascade);
}

static void places_do_not_disturb_each_other(void **state)
{
	static uint8_t pixels[101 * 101];
	const ef_luma_t luma = {pixels, 101, 101, 101};
	const ef_place_t places[] = {{50, 50, 101, 0}, {60, 40, 51, 0.4f}, {50, 50, 60, 0}};
	ef_cascade_t *cascade = make();
	float alone[3][2 * EF_LANDMARKS], together[3][2 * EF_LANDMARKS];

	(void)state;
	pixels[25 * 101 + 25] = 11;
	for (int i = 0; i < 3; i++) {
		ef_cascade_landmarks(cascade, &luma, &places[i], 1, &alone[i]);
	}
	ef_cascade_landmarks(cascade, &luma, places, 3, together);
	assert_memory_equal(together, alone, sizeof(alone));
	ef_cascade_destroy(&cascade);
}

/* Fitting returns the place at which the mean shape was put. */
static void fit_returns_the_place(void **state)
{
	static uint8_t pixels[300 * 300];
	const ef_luma_t luma = {pixels, 300, 300, 300};
	const ef_place_t places[] = {
		{150, 150, 101, 0}, {120.25f, 80.5f, 51, 0.4f}, {-40, 310, 200, -1.2f}};
	ef_cascade_t *cascade = make();

	(void)state;
	memset(cascade->steps, 0, 2 * EF_LEAF_STRIDE * sizeof(int16_t));
	for (int i = 0; i < 3; i++) {
		float pts[2 * EF_LANDMARKS], residual;
		ef_place_t place;

		ef_cascade_landmarks(cascade, &luma, &places[i], 1, &pts);
		ef_cascade_fit(cascade, pts, &place, &residual);
		assert_float_equal(place.x, places[i].x, 0.01);
		assert_float_equal(place.y, places[i].y, 0.01);
		assert_float_equal(place.size, places[i].size, 0.01);
		assert_float_equal(place.roll, places[i].roll, 0.001);
		assert_float_equal(residual, 0, 1e-4);
		pts[0] += places[i].size;
		ef_cascade_fit(cascade, pts, &place, &residual);
		assert_true(residual > 0.05f);
	}
	ef_cascade_destroy(&cascade);
}

static void too_large_model_is_refused(void **state)
{
	(void)state;
	assert_null(ef_cascade_new(1, EF_TREES_MAX + 1, 2, 2));
	assert_null(ef_cascade_new(1, 1, EF_FEATURES_MAX + 1, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chooses_leaf_by_pixel_difference),
		cmocka_unit_test(places_do_not_disturb_each_other),
		cmocka_unit_test(fit_returns_the_place),
		cmocka_unit_test(too_large_model_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
