/* Certainties with the weights that come with Effigy: turns, covered eyes, any numbers, other files. */
#include <math.h>
#include <string.h>

#include "normaliser/solver/certainty.h"
#include "tests/unit/unit.h"

#define WEIGHTS "models/solver.weights"
#define OTHER "models/face_reader.weights"

static ef_weights_t *weights;
static ef_certainty_t certainty;
static float sure[EF_COEFF_COUNT];

static int set_up(void **state)
{
	char why[256];

	(void)state;
	weights = ef_weights_load(WEIGHTS, "solver", why, sizeof(why));
	return weights == NULL || ef_certainty_take(&certainty, weights) == -1;
}

static int tear_down(void **state)
{
	(void)state;
	ef_weights_destroy(&weights);
	return 0;
}

static ef_reading_t clear_reading(void)
{
	return (ef_reading_t){.sure = {1, 1, 1}};
}

static void tell(double yaw, double pitch, const ef_reading_t *read)
{
	ef_certainty_tell(&certainty, yaw, pitch, read, sure);
}

static void what_is_told_is_certain_from_the_front(void **state)
{
	(void)state;
	tell(0, 0, NULL);
	assert_true(sure[EF_EYE_BLINK_LEFT] > 0.5F);
	assert_true(sure[EF_JAW_OPEN] > 0.7F);
	assert_true(sure[EF_MOUTH_SMILE_LEFT] > 0.4F);
	assert_true(sure[EF_EYE_LOOK_IN_LEFT] > 0.6F);
	assert_true(sure[EF_BROW_INNER_UP] > 0.4F);
	assert_true(sure[EF_MOUTH_FROWN_LEFT] < sure[EF_MOUTH_STRETCH_LEFT]);
	/* No output of the solver shows these. */
	assert_float_equal(sure[EF_TONGUE_OUT], 0, 1e-3);
	assert_float_equal(sure[EF_EYE_SQUINT_RIGHT], 0, 1e-3);
}

static void a_turned_head_is_less_certain(void **state)
{
	float front[EF_COEFF_COUNT], aside[EF_COEFF_COUNT];

	(void)state;
	ef_certainty_tell(&certainty, 0, 0, NULL, front);
	ef_certainty_tell(&certainty, 0.5, 0.2, NULL, aside);
	tell(-0.5, -0.2, NULL);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		assert_true(aside[c] <= front[c]);
		assert_float_equal(aside[c], sure[c], 0);
	}
	assert_true(aside[EF_BROW_INNER_UP] < front[EF_BROW_INNER_UP] - 0.1F);
	assert_true(aside[EF_MOUTH_SMILE_LEFT] < front[EF_MOUTH_SMILE_LEFT] - 0.05F);
	assert_true(aside[EF_EYE_LOOK_OUT_LEFT] < front[EF_EYE_LOOK_OUT_LEFT] - 0.02F);
	tell(0.5, 0, NULL);
	assert_true(sure[EF_MOUTH_STRETCH_LEFT] < front[EF_MOUTH_STRETCH_LEFT] - 0.05F);
	tell(0, 0.3, NULL);
	assert_true(sure[EF_JAW_OPEN] < front[EF_JAW_OPEN] - 0.02F);
}

/* Is it of the eye or the brow of one side? */
static int is_beside(int c, const char *side)
{
	const char *name = ef_coeff_name(c), *found = strstr(name, side);

	return (strncmp(name, "eye", 3) == 0 || strncmp(name, "brow", 4) == 0) && found != NULL;
}

static void a_covered_eye_lowers_its_side_only(void **state)
{
	static const char *const sides[2] = {"Left", "Right"};
	float clear[EF_COEFF_COUNT];
	ef_reading_t read = clear_reading();

	(void)state;
	ef_certainty_tell(&certainty, 0, 0, &read, clear);
	for (int side = 0; side < 2; side++) {
		read = clear_reading();
		read.sure[side] = 0;
		tell(0, 0, &read);
		for (int c = 0; c < EF_COEFF_COUNT; c++) {
			if (is_beside(c, sides[side])) {
				assert_float_equal(sure[c], 0, 0);
			} else if (c == EF_BROW_INNER_UP) {
				assert_float_equal(sure[c], clear[c] / 2, 1e-6);
			} else {
				assert_float_equal(sure[c], clear[c], 0);
			}
		}
	}
}

static void an_unread_mouth_lowers_all_but_eyes_and_brows(void **state)
{
	float clear[EF_COEFF_COUNT];
	ef_reading_t read = clear_reading();

	(void)state;
	ef_certainty_tell(&certainty, 0, 0, &read, clear);
	read.sure[2] = 0.5F;
	tell(0, 0, &read);
	assert_float_equal(sure[EF_JAW_OPEN], clear[EF_JAW_OPEN] / 2, 1e-6);
	assert_float_equal(sure[EF_NOSE_SNEER_LEFT], clear[EF_NOSE_SNEER_LEFT] / 2, 1e-6);
	assert_float_equal(sure[EF_EYE_BLINK_LEFT], clear[EF_EYE_BLINK_LEFT], 0);
	assert_float_equal(sure[EF_BROW_INNER_UP], clear[EF_BROW_INNER_UP], 0);
}

static void both_sides_are_equally_certain(void **state)
{
	(void)state;
	tell(0.2, 0.1, NULL);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		assert_float_equal(sure[c], sure[ef_coeff_mirror(c)], 1e-3);
	}
}

static void any_numbers_give_shares(void **state)
{
	static const double odd[] = {NAN, INFINITY, -INFINITY, 1e308, -1e9, 0, 0.3};
	unsigned seed = 5;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		ef_reading_t read = {0};
		double numbers[5];

		for (int i = 0; i < 5; i++) {
			seed = seed * 1103515245u + 12345u;
			numbers[i] = round % 2 ? odd[(seed >> 16) % 7]
					       : (double)((seed >> 16) % 4001) / 1000 - 2;
		}
		for (int i = 0; i < 3; i++) {
			read.sure[i] = (float)numbers[2 + i];
		}
		tell(numbers[0], numbers[1], round % 3 ? &read : NULL);
		for (int c = 0; c < EF_COEFF_COUNT; c++) {
			assert_true(sure[c] >= 0 && sure[c] <= 1);
		}
	}
	tell(NAN, 0, NULL);
	assert_float_equal(sure[EF_JAW_OPEN], 0, 0);
}

static void weights_without_certainties_are_refused(void **state)
{
	char why[256];
	ef_weights_t *other = ef_weights_load(OTHER, "face-reader", why, sizeof(why));
	ef_certainty_t taken;

	(void)state;
	assert_non_null(other);
	assert_int_equal(ef_certainty_take(&taken, other), -1);
	ef_weights_destroy(&other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_told_is_certain_from_the_front),
		TEST(a_turned_head_is_less_certain),
		TEST(a_covered_eye_lowers_its_side_only),
		TEST(an_unread_mouth_lowers_all_but_eyes_and_brows),
		TEST(both_sides_are_equally_certain),
		TEST(any_numbers_give_shares),
		TEST(weights_without_certainties_are_refused),
	};

	return cmocka_run_group_tests_name("certainty", tests, NULL, NULL);
}
