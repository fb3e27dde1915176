/* What a person is asked to do for a profile, and what comes of it. */
#include "normaliser/calibrate/course.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

static ef_solver_t *solver;
static ef_course_t course;
static int64_t t;

static int set_up(void **state)
{
	char why[256];

	(void)state;
	solver = ef_solver_load("models/solver.weights", why, sizeof(why));
	ef_course_init(&course, solver);
	t = 0;
	return solver == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	ef_solver_destroy(&solver);
	return 0;
}

static void step(const head_t *head, double dt)
{
	ef_face_t face;

	head_seen(head, &face);
	t += (int64_t)(dt * 1e9);
	ef_course_step(&course, &face, t);
}

static void no_face(double seconds)
{
	const ef_face_t nobody = {.state = EF_LOST};

	for (int i = 0; i < 30 * seconds; i++) {
		t += 33333333;
		ef_course_step(&course, &nobody, t);
	}
}

/* What a willing person does. strength: 1 as most people do. */
static head_t willing(double strength)
{
	head_t head = other_head();

	switch (course.holds ? course.task : EF_TASK_REST) {
	case EF_TASK_SMILE:
		head_smile(&head, 0.06 * strength);
		break;
	case EF_TASK_OPEN:
		head_open_jaw(&head, 0.12 * strength);
		break;
	case EF_TASK_BROWS_UP:
		head_move(&head, 17, 26, 0, 0.05 * strength);
		break;
	case EF_TASK_BROWS_DOWN:
		head_move(&head, 17, 26, 0, -0.05 * strength);
		break;
	case EF_TASK_EYES_SHUT:
		head_close_eye(&head, 36, strength);
		head_close_eye(&head, 42, strength);
		break;
	default:
		break;
	}
	return head;
}

/* Returns the seconds that it took. */
static double run(double strength, double fps)
{
	int frames = 0;

	while (course.task != EF_TASKS && frames < 300 * fps) {
		head_t head = willing(strength);

		step(&head, 1 / fps);
		frames++;
	}
	assert_int_equal(course.task, EF_TASKS);
	return frames / fps;
}

static void all_tasks_give_a_profile(void **state)
{
	ef_profile_t profile;
	head_t head = other_head();
	ef_sight_t sight = {0};
	ef_face_t face;

	(void)state;
	/* 3 + 2 s for the face at rest, 2 + 2 s for each of the others. */
	assert_float_equal(run(0.8, 30), 25, 1);
	ef_course_profile(&course, &profile);
	head_seen(&head, &face);
	assert_int_equal(ef_sight_take(&sight, &profile.landmarks, &face), 0);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		assert_float_equal(sight.straight.p[i][1], profile.landmarks.p[i][1], 1e-3);
	}
	assert_float_equal(profile.gains.smile, ef_gain_for(course.reached[EF_TASK_SMILE]), 1e-9);
	assert_float_equal(profile.gains.open * course.reached[EF_TASK_OPEN], 1, 1e-6);
	assert_true(profile.gains.brows_up > 0.7 && profile.gains.brows_down > 0.7);
	assert_true(profile.lids >= 0.4 && profile.lids < 0.9);
	assert_false(profile.is_read);
}

static void a_smaller_expression_has_a_larger_gain(void **state)
{
	ef_profile_t weak, strong;

	(void)state;
	run(0.8, 30);
	ef_course_profile(&course, &weak);
	ef_course_init(&course, solver);
	run(1.1, 30);
	ef_course_profile(&course, &strong);
	assert_true(weak.gains.smile > strong.gains.smile + 0.05);
	assert_true(weak.gains.open > strong.gains.open + 0.05);
	assert_true(weak.gains.brows_up > strong.gains.brows_up + 0.05);
	assert_true(weak.lids < strong.lids);
}

static void the_frame_rate_does_not_matter(void **state)
{
	ef_profile_t slow, fast;

	(void)state;
	run(0.8, 10);
	ef_course_profile(&course, &slow);
	ef_course_init(&course, solver);
	run(0.8, 240);
	ef_course_profile(&course, &fast);
	assert_float_equal(slow.gains.smile, fast.gains.smile, 0.01);
	assert_float_equal(slow.gains.open, fast.gains.open, 0.01);
	assert_float_equal(slow.lids, fast.lids, 0.01);
	/* Even where the neutral face needs more frames than two seconds have. */
	ef_course_init(&course, solver);
	run(0.8, 1);
}

static void who_does_nothing_is_asked_twice(void **state)
{
	ef_profile_t profile;

	(void)state;
	assert_float_equal(run(0, 30), 45, 1);
	ef_course_profile(&course, &profile);
	assert_float_equal(profile.gains.smile, 1, 1e-9);
	assert_float_equal(profile.gains.open, 1, 1e-9);
	assert_float_equal(profile.gains.brows_up, 1, 1e-9);
	assert_float_equal(profile.gains.brows_down, 1, 1e-9);
	assert_true(profile.lids > 0.6 && profile.lids < 0.75);
}

static void it_waits_for_a_face(void **state)
{
	head_t head = other_head();

	(void)state;
	no_face(60);
	assert_int_equal(course.waits, EF_COURSE_NO_FACE);
	assert_int_equal(course.task, EF_TASK_REST);
	while (course.task == EF_TASK_REST) {
		step(&head, 1 / 30.0);
	}
	assert_int_equal(course.waits, EF_COURSE_GOES_ON);
	no_face(60);
	assert_int_equal(course.task, EF_TASK_SMILE);
	run(1, 30);
}

static void who_looks_aside_is_not_at_rest(void **state)
{
	head_t head = other_head();

	(void)state;
	head.yaw = 35;
	for (int i = 0; i < 300; i++) {
		step(&head, 1 / 30.0);
	}
	assert_int_equal(course.waits, EF_COURSE_LOOKS_ASIDE);
	assert_int_equal(course.task, EF_TASK_REST);
	run(1, 30);
}

static void any_times_do_no_harm(void **state)
{
	static const int64_t times[] = {0, INT64_MAX, INT64_MIN, -1, 5, 5, 4, INT64_MAX, 1};
	head_t head = other_head();
	ef_face_t face;
	ef_profile_t profile;

	(void)state;
	head_seen(&head, &face);
	for (int i = 0; i < 3000; i++) {
		ef_course_step(&course, &face, times[i % 9]);
	}
	/* Faces that are none. */
	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		face.pts[i] = i % 3 == 0 ? NAN : 1e30F;
	}
	ef_course_step(&course, &face, 7);
	ef_course_profile(&course, &profile);
	assert_true(profile.gains.smile >= EF_GAIN_MIN && profile.gains.smile <= EF_GAIN_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_tasks_give_a_profile),
		TEST(a_smaller_expression_has_a_larger_gain),
		TEST(the_frame_rate_does_not_matter),
		TEST(who_does_nothing_is_asked_twice),
		TEST(it_waits_for_a_face),
		TEST(who_looks_aside_is_not_at_rest),
		TEST(any_times_do_no_harm),
	};

	return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}
