/* The neutral face: robust in the first second, patient afterwards. */
#include "normaliser/neutral.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

#define DT (1.0 / 30)

static neutral_t neutral;
static const stance_t ahead = {{0.1, -0.05, 0.02}, {0.5, 0.1, -4}};

static shape_t flat(double brow)
{
	head_t head = head_at_rest();
	shape_t shape;

	head_move(&head, 17, 26, 0, brow);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		shape.p[i][0] = head.points[i][0];
		shape.p[i][1] = head.points[i][1];
	}
	return shape;
}

static double brow(void)
{
	return neutral.shape.p[19][1] - face_model[19][1];
}

static void learn(double brow_up, int frames)
{
	shape_t shape = flat(brow_up);

	for (int i = 0; i < frames; i++) {
		neutral_learn(&neutral, &shape, &ahead, DT);
	}
}

static void follow(double brow_up, int near, double seconds)
{
	shape_t shape = flat(brow_up);

	for (int i = 0; i < seconds / DT; i++) {
		neutral_follow(&neutral, &shape, &ahead, DT, near);
	}
}

static void the_median_of_a_second(void **state)
{
	(void)state;
	neutral_init(&neutral);
	learn(0.01, 11);
	assert_false(neutral.ready);
	assert_float_equal(brow(), 0.01, 1e-6);
	/* A surprise of a third of the second. */
	learn(0.05, 9);
	learn(0.01, 11);
	assert_true(neutral.ready);
	assert_float_equal(brow(), 0.01, 1e-6);
	assert_float_equal(neutral.rest.angles[0], 0.1, 1e-6);
	assert_float_equal(neutral.rest.place[2], -4, 1e-6);
}

static void a_slow_camera_takes_enough_frames(void **state)
{
	shape_t shape = flat(0);

	(void)state;
	neutral_init(&neutral);
	for (int i = 1; i <= 8; i++) {
		assert_false(neutral.ready);
		neutral_learn(&neutral, &shape, &ahead, 0.2);
	}
	assert_true(neutral.ready);
	/* And a very fast one fits the samples. */
	neutral_init(&neutral);
	for (int i = 0; i < 1000; i++) {
		neutral_learn(&neutral, &shape, &ahead, 0.001);
	}
	assert_true(neutral.count <= NEUTRAL_SAMPLES);
	assert_true(neutral.learned > 0.99);
}

static void it_is_corrected_slowly(void **state)
{
	(void)state;
	neutral_init(&neutral);
	learn(0, 31);
	follow(0, 1, 120);
	follow(0.01, 1, 10);
	assert_true(brow() > 0.001 && brow() < 0.004);
	follow(0.01, 1, 90);
	assert_true(brow() > 0.009);
}

static void a_long_expression_is_not_learned_away(void **state)
{
	(void)state;
	neutral_init(&neutral);
	learn(0, 31);
	follow(0, 1, 60);
	follow(0.05, 0, 20);
	assert_true(brow() < 0.005);
}

static void a_wrong_first_second_is_put_right(void **state)
{
	(void)state;
	neutral_init(&neutral);
	learn(-0.05, 31);
	follow(0, 0, 60);
	assert_true(brow() > -0.025);
}

static void rest_is_near_the_camera(void **state)
{
	const stance_t away = {{-0.8, 0.9, 0.6}, {0, 0, -3}};
	shape_t shape = flat(0);

	(void)state;
	neutral_init(&neutral);
	for (int i = 0; i < 31; i++) {
		neutral_learn(&neutral, &shape, &away, DT);
	}
	assert_float_equal(neutral.rest.angles[0], -0.45, 1e-6);
	assert_float_equal(neutral.rest.angles[1], 0.45, 1e-6);
	assert_float_equal(neutral.rest.angles[2], 0.25, 1e-6);
}

static void learned_while_turned_it_is_made_even(void **state)
{
	const stance_t turned = {{0.4, 0, 0}, {0, 0, -3}};
	shape_t crooked = flat(0);

	(void)state;
	crooked.p[MOUTH_LEFT][0] += 0.04;
	neutral_init(&neutral);
	for (int i = 0; i < 31; i++) {
		neutral_learn(&neutral, &crooked, &turned, DT);
	}
	assert_float_equal(neutral.shape.p[MOUTH_LEFT][0], -neutral.shape.p[MOUTH_RIGHT][0], 1e-6);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		if (i != MOUTH_LEFT && i != MOUTH_RIGHT) {
			assert_float_equal(neutral.shape.p[i][0], face_model[i][0], 2e-3);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_median_of_a_second),
		cmocka_unit_test(a_slow_camera_takes_enough_frames),
		cmocka_unit_test(it_is_corrected_slowly),
		cmocka_unit_test(a_long_expression_is_not_learned_away),
		cmocka_unit_test(a_wrong_first_second_is_put_right),
		cmocka_unit_test(rest_is_near_the_camera),
		cmocka_unit_test(learned_while_turned_it_is_made_even),
	};

	return cmocka_run_group_tests_name("neutral", tests, NULL, NULL);
}
