/* The render size follows the time of the frames, without alternating. */
#include "blender-node/library/scale.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)

static ef_scale_t scale;

/* Frames that cost `fixed` and, at full size, `pixels` ms. Returns how often the step changed. */
static int run(int frames, double fixed, double pixels)
{
	int changes = 0;

	for (int i = 0; i < frames; i++) {
		ef_size_t size = ef_scale_size((ef_size_t){640, 480}, scale.step);
		double share = (double)size.w * size.h / (640 * 480);

		changes += ef_scale_frame(&scale, (int64_t)((fixed + pixels * share) * 1e6));
	}
	return changes;
}

static void sizes_are_even_and_keep_the_aspect(void **state)
{
	static const int expected[][2] = {{640, 480}, {480, 360}, {320, 240}, {240, 180}};

	(void)state;
	for (int step = 0; step < EF_SCALE_STEPS; step++) {
		ef_size_t size = ef_scale_size((ef_size_t){640, 480}, step);
		ef_size_t odd = ef_scale_size((ef_size_t){333, 187}, step);
		ef_size_t tiny = ef_scale_size((ef_size_t){1, 1}, step);

		assert_int_equal(size.w, expected[step][0]);
		assert_int_equal(size.h, expected[step][1]);
		assert_true(step == 0 || (odd.w % 2 == 0 && odd.h % 2 == 0));
		assert_true(tiny.w >= 1 && tiny.h >= 1);
	}
	assert_string_equal(ef_scale_name(0), "1");
	assert_string_equal(ef_scale_name(3), "3/8");
}

static void fast_frames_stay_at_full_size(void **state)
{
	(void)state;
	ef_scale_init(&scale);
	assert_int_equal(run(30000, 4, 6), 0);
	assert_int_equal(scale.step, 0);
}

static void slow_frames_step_down_to_the_budget(void **state)
{
	(void)state;
	ef_scale_init(&scale);
	/* 45 ms, then 28, then 15. */
	assert_int_equal(run(200, 5, 40), 2);
	assert_int_equal(scale.step, 2);
	/* One that is still slow at the smallest size stays there. */
	ef_scale_init(&scale);
	run(30 * 600, 30, 200);
	assert_int_equal(scale.step, EF_SCALE_STEPS - 1);
}

/* A million vertices: a smaller size does not help. */
static void stays_large_where_smaller_is_not_faster(void **state)
{
	(void)state;
	ef_scale_init(&scale);
	assert_int_equal(run(200, 400, 5), 2);
	assert_int_equal(scale.step, 0);
	assert_int_equal(run(20 * EF_SCALE_WINDOW, 400, 5), 0);
}

static void one_slow_frame_changes_nothing(void **state)
{
	(void)state;
	ef_scale_init(&scale);
	for (int i = 0; i < 6000; i++) {
		assert_int_equal(ef_scale_frame(&scale, i % 40 == 0 ? 300 * MS : 10 * MS), 0);
	}
}

static void steps_up_again_when_there_is_time(void **state)
{
	(void)state;
	ef_scale_init(&scale);
	run(400, 5, 100);
	assert_int_equal(scale.step, 3);
	/* The machine is free again: not at once, but within a minute. */
	assert_int_equal(run(100, 3, 4), 0);
	run(30 * 60, 3, 4);
	assert_int_equal(scale.step, 0);
}

/* At half size it is well under the budget, at 3/4 over it. */
static void does_not_alternate_between_sizes(void **state)
{
	int changes;

	(void)state;
	ef_scale_init(&scale);
	run(200, 0, 48);
	assert_int_equal(scale.step, 2);
	changes = run(30 * 60 * 20, 0, 48); /* 20 minutes */
	assert_true(changes >= 2 && changes <= 14);
	assert_int_equal(scale.step, 2);
	/* Once a step up is kept, the patience is reset. */
	run(30 * 60 * 10, 0, 10);
	assert_int_equal(scale.step, 0);
	assert_int_equal(scale.patience, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_even_and_keep_the_aspect),
		cmocka_unit_test(fast_frames_stay_at_full_size),
		cmocka_unit_test(slow_frames_step_down_to_the_budget),
		cmocka_unit_test(stays_large_where_smaller_is_not_faster),
		cmocka_unit_test(one_slow_frame_changes_nothing),
		cmocka_unit_test(steps_up_again_when_there_is_time),
		cmocka_unit_test(does_not_alternate_between_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
