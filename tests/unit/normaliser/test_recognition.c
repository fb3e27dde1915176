/* Whether a face is the one of a profile: the same from any place and mood, others not. */
#include "normaliser/person/recognition.h"
#include "normaliser/geometry/sight.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

#define DT (1.0 / 30)

static ef_recognition_t recognition;
static ef_landmarks_t profile;

/* A profile of the mean face, as it is seen. */
static int set_up(void **state)
{
	head_t head = head_at_rest();
	ef_sight_t sight = {0};
	ef_landmarks_t mean;
	ef_face_t face;

	(void)state;
	head_seen(&head, &face);
	ef_landmarks_mean(&mean);
	assert_int_equal(ef_sight_take(&sight, &mean, &face), 0);
	profile = sight.straight;
	ef_recognition_init(&recognition);
	return 0;
}

static int is_other(const head_t *head, double seconds)
{
	ef_face_t face;

	head_seen(head, &face);
	for (int i = 0; i < seconds / DT; i++) {
		ef_recognition_step(&recognition, &profile, &face, DT);
	}
	return recognition.is_other;
}

static head_t stranger(void)
{
	head_t head = head_at_rest();

	head_alter(&head);
	return head;
}

static void the_same_face_is_known_in_any_place_and_mood(void **state)
{
	head_t head = head_at_rest();

	(void)state;
	assert_false(is_other(&head, 20));
	head.x = 100;
	head.width = 90;
	head.roll = 20;
	head.yaw = 10;
	assert_false(is_other(&head, 20));
	head_open_jaw(&head, 0.1);
	head_smile(&head, 0.05);
	head_close_eye(&head, 36, 1);
	head_close_eye(&head, 42, 1);
	assert_false(is_other(&head, 20));
}

static void another_face_is_noticed_after_ten_seconds(void **state)
{
	head_t head = stranger();

	(void)state;
	assert_false(is_other(&head, 9));
	assert_true(is_other(&head, 2));
	assert_true(is_other(&head, 20));
	head = head_at_rest();
	assert_true(is_other(&head, 1));
	assert_false(is_other(&head, 10));
}

static void no_face_and_a_face_aside_say_nothing(void **state)
{
	const ef_face_t nobody = {.state = EF_LOST};
	head_t head = stranger();

	(void)state;
	head.yaw = 25;
	assert_false(is_other(&head, 60));
	for (int i = 0; i < 1000; i++) {
		ef_recognition_step(&recognition, &profile, &nobody, DT);
	}
	assert_int_equal(recognition.frames, 0);
}

static void another_distance_of_the_webcam_is_no_other_face(void **state)
{
	double mean[EF_RECOGNITION_POINTS][2];
	static const int points[] = {27, 28, 29, 30, 31, 32, 33, 36, 39, 17, 18, 19, 20, 21};

	(void)state;
	for (int i = 0; i < EF_RECOGNITION_POINTS; i++) {
		const double *p = ef_face_model[points[i]];

		mean[i][0] = 0.3 * p[2] * p[0];
		mean[i][1] = 0.3 * p[2] * p[1] + 0.1 * p[2];
	}
	assert_float_equal(ef_recognition_distance(mean), 0, 1e-9);
	mean[0][1] += 0.02;
	assert_true(ef_recognition_distance(mean) > 0.5);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_face_is_known_in_any_place_and_mood),
		TEST(another_face_is_noticed_after_ten_seconds),
		TEST(no_face_and_a_face_aside_say_nothing),
		TEST(another_distance_of_the_webcam_is_no_other_face),
	};

	return cmocka_run_group_tests_name("recognition", tests, NULL, NULL);
}
