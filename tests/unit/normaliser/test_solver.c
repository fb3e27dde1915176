/* The solver with the weights that come with Effigy: sides, mirrors, any numbers, other files. */
#include <math.h>
#include <string.h>

#include "normaliser/solver/solver.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

#define WEIGHTS "models/solver.weights"
#define OTHER "models/face_reader.weights"

static ef_solver_t *solver;
static ef_neutral_t neutral;

static int set_up(void **state)
{
	char why[256] = "";

	(void)state;
	solver = ef_solver_load(WEIGHTS, why, sizeof(why));
	ef_neutral_init(&neutral);
	if (solver == NULL) {
		print_message("%s: %s\n", WEIGHTS, why);
	}
	return solver == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	ef_solver_destroy(&solver);
	return 0;
}

static ef_appearance_t look(const head_t *head)
{
	ef_appearance_t seen;
	ef_sight_t sight = {0};
	ef_face_t face;

	head_seen(head, &face);
	assert_int_equal(ef_sight_take(&sight, &neutral.landmarks, &face), 0);
	ef_solver_run(solver, &sight, NULL, &neutral, &seen);
	return seen;
}

static void a_part_that_moves_is_seen(void **state)
{
	head_t head = head_at_rest();
	ef_appearance_t rest = look(&head), seen;

	(void)state;
	head_close_eye(&head, 42, 1);
	seen = look(&head);
	assert_true(seen.closed[0] > rest.closed[0] + 0.35);
	assert_true(fabs(seen.closed[1] - rest.closed[1]) < 0.05);
	head = head_at_rest();
	head_move(&head, 17, 21, 0, 0.03);
	seen = look(&head);
	assert_true(seen.brow_inner[1] > rest.brow_inner[1] + 0.3);
	assert_true(fabs(seen.brow_inner[0] - rest.brow_inner[0]) < 0.05);
	head = head_at_rest();
	head_smile(&head, 0.04);
	seen = look(&head);
	assert_true(seen.width > rest.width + 0.4);
	assert_true(seen.corner[0] > rest.corner[0] + 0.2);
}

/* Brows move no lids, and no part of the face moves the brows but themselves. */
static void parts_do_not_move_each_other(void **state)
{
	head_t head = head_at_rest();
	ef_appearance_t rest = look(&head), seen;

	(void)state;
	head_move(&head, 17, 26, 0, -0.03);
	seen = look(&head);
	assert_true(fabs(seen.closed[0] - rest.closed[0]) < 0.1);
	head = head_at_rest();
	head_open_jaw(&head, 0.1);
	seen = look(&head);
	assert_true(fabs(seen.brow_inner[0] - rest.brow_inner[0]) < 0.1);
	assert_true(fabs(seen.closed[0] - rest.closed[0]) < 0.1);
}

static void a_reading_is_taken_into_account(void **state)
{
	ef_reading_t read = {.lids = {0.9F, 0}, .gaze = {0.4F, 0, 0.4F, 0}, .sure = {1, 1, 1}};
	head_t head = head_at_rest();
	ef_appearance_t seen, without = look(&head);
	ef_sight_t sight = {0};
	ef_face_t face;

	(void)state;
	head_seen(&head, &face);
	assert_int_equal(ef_sight_take(&sight, &neutral.landmarks, &face), 0);
	ef_solver_run(solver, &sight, &read, &neutral, &seen);
	assert_true(seen.closed[0] > without.closed[0] + 0.05);
	assert_true(seen.gaze_out[0] > without.gaze_out[0] + 0.15);
	assert_true(seen.gaze_out[1] < without.gaze_out[1] - 0.15);
	/* Neither eye goes its own way. */
	assert_float_equal(seen.gaze_out[0], -seen.gaze_out[1], 1e-9);
	assert_float_equal(seen.gaze_up[0], seen.gaze_up[1], 1e-9);
}

static void a_mirrored_face_is_seen_mirrored(void **state)
{
	head_t head = head_at_rest(), mirrored = head_at_rest();
	ef_appearance_t a, b;

	(void)state;
	head_move(&head, 54, 54, 0.03, 0.03);
	head_close_eye(&head, 42, 0.7);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		int other = ef_landmark_mirror[i];

		mirrored.points[i][0] = -head.points[other][0];
		mirrored.points[i][1] = head.points[other][1];
		mirrored.points[i][2] = head.points[other][2];
	}
	a = look(&head);
	b = look(&mirrored);
	for (int side = 0; side < 2; side++) {
		assert_float_equal(a.closed[side], b.closed[1 - side], 1e-3);
		assert_float_equal(a.corner[side], b.corner[1 - side], 1e-3);
	}
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		assert_float_equal(a.coefficients[c], b.coefficients[ef_coeff_mirror(c)], 1e-3);
	}
}

static void any_numbers_are_told_finite(void **state)
{
	unsigned seed = 4;

	(void)state;
	for (int round = 0; round < 500; round++) {
		ef_sight_t sight;
		ef_reading_t read;
		ef_appearance_t seen = {0};
		const double *numbers = (const double *)&seen;

		memset(&sight, 0, sizeof(sight));
		for (int i = 0; i < EF_LANDMARKS; i++) {
			for (int axis = 0; axis < 2; axis++) {
				seed = seed * 1103515245u + 12345u;
				sight.straight.p[i][axis] =
					pow(10, round % 40) *
					((double)((seed >> 16) % 2001) / 1000 - 1);
			}
		}
		for (size_t i = 0; i < sizeof(read) / sizeof(float); i++) {
			((float *)&read)[i] = round % 2 ? 1e9F : -1e9F;
		}
		ef_solver_run(solver, &sight, round % 3 ? &read : NULL, &neutral, &seen);
		for (size_t i = 0; i < EF_APPEARANCE_NUMBERS; i++) {
			assert_true(isfinite(numbers[i]));
		}
	}
}

static void weights_of_another_model_are_refused(void **state)
{
	char why[256];

	(void)state;
	assert_null(ef_solver_load(OTHER, why, sizeof(why)));
	assert_non_null(strstr(why, "another model"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_part_that_moves_is_seen),
		TEST(parts_do_not_move_each_other),
		TEST(a_reading_is_taken_into_account),
		TEST(a_mirrored_face_is_seen_mirrored),
		TEST(any_numbers_are_told_finite),
		TEST(weights_of_another_model_are_refused),
	};

	return cmocka_run_group_tests_name("solver", tests, NULL, NULL);
}
