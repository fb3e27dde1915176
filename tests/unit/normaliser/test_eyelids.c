/* Blinks of people whose lids are seen to meet at different heights. */
#include <math.h>

#include "normaliser/eyelids.h"
#include "tests/unit/unit.h"

#define DT (1.0 / 30)

static double closure[EYES];

static void show(eyelids_t *lids, double left, double right, int frames)
{
	for (int i = 0; i < frames; i++) {
		eyelids_step(lids, (const double[EYES]){left, right}, DT, 0, 1, closure);
	}
}

/* One blink; returns how closed the left eye was said to be. */
static double blink(eyelids_t *lids, double lowest)
{
	double most;

	show(lids, 1, 1, 30);
	show(lids, (1 + lowest) / 2, (1 + lowest) / 2, 1);
	show(lids, lowest, lowest, 2);
	most = closure[EYE_LEFT];
	show(lids, (1 + lowest) / 2, (1 + lowest) / 2, 1);
	show(lids, 1, 1, 1);
	return most;
}

static void a_first_blink_closes(void **state)
{
	eyelids_t lids;

	(void)state;
	eyelids_init(&lids);
	assert_true(blink(&lids, 0.45) >= 1);
	assert_float_equal(closure[EYE_LEFT], 0, 0.05);
}

static void shallow_blinks_are_learned(void **state)
{
	eyelids_t lids;
	double most = 0;

	(void)state;
	eyelids_init(&lids);
	for (int i = 0; i < 6; i++) {
		most = blink(&lids, 0.66);
	}
	assert_true(most >= 0.98);
}

static void deep_blinks_are_learned(void **state)
{
	eyelids_t lids;

	(void)state;
	eyelids_init(&lids);
	for (int i = 0; i < 3; i++) {
		blink(&lids, 0.3);
	}
	/* Half shut for this person, shut for others. */
	show(&lids, 0.6, 0.6, 3);
	assert_true(closure[EYE_LEFT] < 0.7);
	assert_true(blink(&lids, 0.3) >= 1);
}

static void a_long_look_down_is_no_blink(void **state)
{
	eyelids_t lids;

	(void)state;
	eyelids_init(&lids);
	show(&lids, 1, 1, 30);
	show(&lids, 0.7, 0.7, 300);
	show(&lids, 1, 1, 2);
	assert_float_equal(closure[EYE_LEFT], 0, 0.05);
	assert_true(blink(&lids, 0.45) >= 1);
}

static void sleepy_eyes_of_the_first_second_are_put_right(void **state)
{
	eyelids_t lids;

	(void)state;
	eyelids_init(&lids);
	show(&lids, 1.6, 1.6, 30 * 20);
	show(&lids, 0.8, 0.8, 3);
	assert_true(closure[EYE_LEFT] > 0.6);
}

static void wide_eyes_under_raised_brows_are_not_learned(void **state)
{
	eyelids_t lids;

	(void)state;
	eyelids_init(&lids);
	for (int i = 0; i < 150; i++) {
		eyelids_step(&lids, (const double[EYES]){1.4, 1.4}, DT, 1, 1, closure);
	}
	show(&lids, 1, 1, 1);
	assert_float_equal(closure[EYE_LEFT], 0, 0.02);
}

static void winks_show_and_noise_does_not(void **state)
{
	eyelids_t lids;

	(void)state;
	eyelids_init(&lids);
	show(&lids, 1, 1, 30);
	show(&lids, 0.5, 0.56, 2);
	assert_float_equal(closure[EYE_LEFT], closure[EYE_RIGHT], 1e-6);
	/* dlib lets the other eye follow, for most of the way. */
	show(&lids, 0.5, 0.63, 3);
	assert_true(closure[EYE_LEFT] > 0.9);
	assert_true(closure[EYE_RIGHT] < 0.2);
	show(&lids, 0.9, 0.45, 3);
	assert_true(closure[EYE_RIGHT] > 0.9);
	assert_true(closure[EYE_LEFT] < 0.1);
	/* In a coarse picture that much is noise. */
	eyelids_step(&lids, (const double[EYES]){0.5, 0.6}, DT, 0, 2, closure);
	assert_float_equal(closure[EYE_LEFT], closure[EYE_RIGHT], 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_blink_closes),
		cmocka_unit_test(shallow_blinks_are_learned),
		cmocka_unit_test(deep_blinks_are_learned),
		cmocka_unit_test(a_long_look_down_is_no_blink),
		cmocka_unit_test(sleepy_eyes_of_the_first_second_are_put_right),
		cmocka_unit_test(wide_eyes_under_raised_brows_are_not_learned),
		cmocka_unit_test(winks_show_and_noise_does_not),
	};

	return cmocka_run_group_tests_name("eyelids", tests, NULL, NULL);
}
