/* The neutral face: robust in the first second, corrected slowly afterwards. */
#include "normaliser/person/neutral.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

#define DT (1.0 / 30)

static ef_neutral_t neutral;
static const ef_stance_t ahead = {{0.1, -0.05, 0.02}, {0.5, 0.1, -4}};

static ef_landmarks_t flat(double brow)
{
	head_t head = head_at_rest();
	ef_landmarks_t shape;

	head_move(&head, 17, 26, 0, brow);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		shape.p[i][0] = head.points[i][0];
		shape.p[i][1] = head.points[i][1];
	}
	return shape;
}

static double brow(void)
{
	return neutral.landmarks.p[19][1] - ef_face_model[19][1];
}

static void learn(double brow_up, int frames)
{
	ef_landmarks_t shape = flat(brow_up);

	for (int i = 0; i < frames; i++) {
		ef_neutral_learn(&neutral, &(ef_glimpse_t){&shape, &ahead, NULL}, DT);
	}
}

/* aside: the head is turned away, so that the face counts less. */
static void follow(double brow_up, int aside, double seconds)
{
	ef_landmarks_t shape = flat(brow_up);

	for (int i = 0; i < seconds / DT; i++) {
		ef_stance_t stance = neutral.rest;

		stance.angles[0] += aside ? 0.3 : 0;
		ef_neutral_follow(&neutral, &(ef_glimpse_t){&shape, &stance, NULL}, DT);
	}
}

static void neutral_is_the_median_of_a_second(void **state)
{
	(void)state;
	ef_neutral_init(&neutral);
	learn(0.01, 11);
	assert_false(neutral.ready);
	assert_float_equal(brow(), 0.01, 1e-6);
	/* Raised brows for a third of the second. */
	learn(0.05, 9);
	learn(0.01, 11);
	assert_true(neutral.ready);
	assert_float_equal(brow(), 0.01, 1e-6);
	assert_float_equal(neutral.rest.angles[0], 0.1, 1e-6);
	assert_float_equal(neutral.rest.place[2], -4, 1e-6);
}

static void low_frame_rate_takes_enough_frames(void **state)
{
	ef_landmarks_t shape = flat(0);

	(void)state;
	ef_neutral_init(&neutral);
	for (int i = 1; i <= 8; i++) {
		assert_false(neutral.ready);
		ef_neutral_learn(&neutral, &(ef_glimpse_t){&shape, &ahead, NULL}, 0.2);
	}
	assert_true(neutral.ready);
	/* A very high frame rate does not overflow the samples. */
	ef_neutral_init(&neutral);
	for (int i = 0; i < 1000; i++) {
		ef_neutral_learn(&neutral, &(ef_glimpse_t){&shape, &ahead, NULL}, 0.001);
	}
	assert_true(neutral.count <= EF_NEUTRAL_SAMPLES);
	assert_true(neutral.learned > 0.99);
}

static void neutral_is_corrected_slowly(void **state)
{
	(void)state;
	ef_neutral_init(&neutral);
	learn(0, 31);
	follow(0, 0, 120);
	follow(0.01, 0, 10);
	assert_true(brow() > 0.001 && brow() < 0.004);
	follow(0.01, 0, 90);
	assert_true(brow() > 0.009);
}

static void a_long_expression_is_not_learned_away(void **state)
{
	(void)state;
	ef_neutral_init(&neutral);
	learn(0, 31);
	follow(0, 0, 60);
	follow(0.05, 1, 20);
	assert_true(brow() < 0.005);
}

static void a_wrong_first_second_is_corrected(void **state)
{
	(void)state;
	ef_neutral_init(&neutral);
	learn(-0.05, 31);
	follow(0, 1, 60);
	assert_true(brow() > -0.025);
}

static void rest_angles_are_limited(void **state)
{
	const ef_stance_t away = {{-0.8, 0.9, 0.6}, {0, 0, -3}};
	ef_landmarks_t shape = flat(0);

	(void)state;
	ef_neutral_init(&neutral);
	for (int i = 0; i < 31; i++) {
		ef_neutral_learn(&neutral, &(ef_glimpse_t){&shape, &away, NULL}, DT);
	}
	assert_float_equal(neutral.rest.angles[0], -0.45, 1e-6);
	assert_float_equal(neutral.rest.angles[1], 0.45, 1e-6);
	assert_float_equal(neutral.rest.angles[2], 0.25, 1e-6);
}

static void neutral_of_a_turned_head_is_made_symmetric(void **state)
{
	const ef_stance_t turned = {{0.4, 0, 0}, {0, 0, -3}};
	ef_landmarks_t crooked = flat(0);

	(void)state;
	crooked.p[EF_POINT_MOUTH_LEFT][0] += 0.04;
	ef_neutral_init(&neutral);
	for (int i = 0; i < 31; i++) {
		ef_neutral_learn(&neutral, &(ef_glimpse_t){&crooked, &turned, NULL}, DT);
	}
	assert_float_equal(neutral.landmarks.p[EF_POINT_MOUTH_LEFT][0],
		-neutral.landmarks.p[EF_POINT_MOUTH_RIGHT][0], 1e-6);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		if (i != EF_POINT_MOUTH_LEFT && i != EF_POINT_MOUTH_RIGHT) {
			assert_float_equal(neutral.landmarks.p[i][0], ef_face_model[i][0], 2e-3);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neutral_is_the_median_of_a_second),
		cmocka_unit_test(low_frame_rate_takes_enough_frames),
		cmocka_unit_test(neutral_is_corrected_slowly),
		cmocka_unit_test(a_long_expression_is_not_learned_away),
		cmocka_unit_test(a_wrong_first_second_is_corrected),
		cmocka_unit_test(rest_angles_are_limited),
		cmocka_unit_test(neutral_of_a_turned_head_is_made_symmetric),
	};

	return cmocka_run_group_tests_name("neutral", tests, NULL, NULL);
}
