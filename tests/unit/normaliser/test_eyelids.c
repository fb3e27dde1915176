/* Blinks of people whose closed lids are tracked at different heights. */
#include <math.h>

#include "normaliser/person/eyelids.h"
#include "tests/unit/unit.h"

#define DT (1.0 / 30)

static double closure[EF_EYES];

static void show(ef_eyelids_t *lids, double left, double right, int frames)
{
	for (int i = 0; i < frames; i++) {
		ef_eyelids_step(lids, (const double[EF_EYES]){left, right}, DT, 0, 1, closure);
	}
}

/* Shows one blink; returns the largest closure of the left eye. */
static double blink(ef_eyelids_t *lids, double lowest)
{
	double most;

	show(lids, 1, 1, 30);
	show(lids, (1 + lowest) / 2, (1 + lowest) / 2, 1);
	show(lids, lowest, lowest, 2);
	most = closure[EF_EYE_LEFT];
	show(lids, (1 + lowest) / 2, (1 + lowest) / 2, 1);
	show(lids, 1, 1, 1);
	return most;
}

static void the_first_blink_closes(void **state)
{
	ef_eyelids_t lids;

	(void)state;
	ef_eyelids_init(&lids);
	assert_true(blink(&lids, 0.45) >= 1);
	assert_float_equal(closure[EF_EYE_LEFT], 0, 0.05);
}

static void shallow_blinks_are_learned(void **state)
{
	ef_eyelids_t lids;
	double most = 0;

	(void)state;
	ef_eyelids_init(&lids);
	for (int i = 0; i < 6; i++) {
		most = blink(&lids, 0.66);
	}
	assert_true(most >= 0.98);
}

static void deep_blinks_are_learned(void **state)
{
	ef_eyelids_t lids;

	(void)state;
	ef_eyelids_init(&lids);
	for (int i = 0; i < 3; i++) {
		blink(&lids, 0.3);
	}
	/* For this person half closed, for others closed. */
	show(&lids, 0.6, 0.6, 3);
	assert_true(closure[EF_EYE_LEFT] < 0.7);
	assert_true(blink(&lids, 0.3) >= 1);
}

static void a_long_look_down_is_not_learned_as_a_blink(void **state)
{
	ef_eyelids_t lids;

	(void)state;
	ef_eyelids_init(&lids);
	show(&lids, 1, 1, 30);
	show(&lids, 0.7, 0.7, 300);
	show(&lids, 1, 1, 2);
	assert_float_equal(closure[EF_EYE_LEFT], 0, 0.05);
	assert_true(blink(&lids, 0.45) >= 1);
}

static void too_low_open_height_is_corrected(void **state)
{
	ef_eyelids_t lids;

	(void)state;
	ef_eyelids_init(&lids);
	show(&lids, 1.6, 1.6, 30 * 20);
	show(&lids, 0.8, 0.8, 3);
	assert_true(closure[EF_EYE_LEFT] > 0.6);
}

static void wide_eyes_under_raised_brows_are_not_learned(void **state)
{
	ef_eyelids_t lids;

	(void)state;
	ef_eyelids_init(&lids);
	for (int i = 0; i < 150; i++) {
		ef_eyelids_step(&lids, (const double[EF_EYES]){1.4, 1.4}, DT, 1, 1, closure);
	}
	show(&lids, 1, 1, 1);
	assert_float_equal(closure[EF_EYE_LEFT], 0, 0.02);
}

static void winks_are_shown_and_noise_is_not(void **state)
{
	ef_eyelids_t lids;

	(void)state;
	ef_eyelids_init(&lids);
	show(&lids, 1, 1, 30);
	show(&lids, 0.5, 0.56, 2);
	assert_float_equal(closure[EF_EYE_LEFT], closure[EF_EYE_RIGHT], 1e-6);
	/* dlib's other eye follows most of the way. */
	show(&lids, 0.5, 0.63, 3);
	assert_true(closure[EF_EYE_LEFT] > 0.9);
	assert_true(closure[EF_EYE_RIGHT] < 0.2);
	show(&lids, 0.9, 0.45, 3);
	assert_true(closure[EF_EYE_RIGHT] > 0.9);
	assert_true(closure[EF_EYE_LEFT] < 0.1);
	/* In a small image that difference is noise. */
	ef_eyelids_step(&lids, (const double[EF_EYES]){0.5, 0.6}, DT, 0, 2, closure);
	assert_float_equal(closure[EF_EYE_LEFT], closure[EF_EYE_RIGHT], 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_blink_closes),
		cmocka_unit_test(shallow_blinks_are_learned),
		cmocka_unit_test(deep_blinks_are_learned),
		cmocka_unit_test(a_long_look_down_is_not_learned_as_a_blink),
		cmocka_unit_test(too_low_open_height_is_corrected),
		cmocka_unit_test(wide_eyes_under_raised_brows_are_not_learned),
		cmocka_unit_test(winks_are_shown_and_noise_is_not),
	};

	return cmocka_run_group_tests_name("eyelids", tests, NULL, NULL);
}
