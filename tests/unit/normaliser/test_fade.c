/* Tracked, held, lost and tracked again, timed by the messages' timestamps. */
#include <math.h>

#include "normaliser/filter/fade.h"
#include "tests/unit/unit.h"

#define DT (1.0 / 30)
#define KNOWN ((uint64_t)1 << EF_JAW_OPEN)

static ef_fade_t fade;
static ef_expression_t shown;

static ef_expression_t smiling(void)
{
	ef_expression_t expression = {
		.state = EF_TRACKED, .q = {0, 0.3826834F, 0, 0.9238795F}, .t = {0.2F, 0, 0}};

	ef_expression_set(&expression, EF_JAW_OPEN, 0.8F);
	expression.is_sure = 1;
	expression.sure[EF_JAW_OPEN] = 0.6F;
	return expression;
}

static void track(int frames)
{
	ef_expression_t now = smiling();

	for (int i = 0; i < frames; i++) {
		ef_fade_tracked(&fade, &now, DT, &shown);
	}
}

static void rests_before_the_first_face(void **state)
{
	(void)state;
	ef_fade_init(&fade, KNOWN);
	for (int i = 0; i < 60; i++) {
		ef_fade_missing(&fade, DT, &shown);
		assert_int_equal(shown.state, EF_LOST);
		assert_true(shown.known == KNOWN);
		assert_float_equal(shown.coeff[EF_JAW_OPEN], 0, 0);
		assert_float_equal(shown.q[3], 1, 0);
	}
}

static void a_lost_face_is_held_and_then_eases_to_rest(void **state)
{
	float last;

	(void)state;
	ef_fade_init(&fade, KNOWN);
	track(30);
	assert_int_equal(shown.state, EF_TRACKED);
	assert_float_equal(shown.coeff[EF_JAW_OPEN], 0.8, 1e-6);
	for (int i = 1; i <= 14; i++) {
		ef_fade_missing(&fade, DT, &shown);
		assert_int_equal(shown.state, EF_HELD);
		assert_float_equal(shown.coeff[EF_JAW_OPEN], 0.8, 1e-6);
	}
	last = shown.coeff[EF_JAW_OPEN];
	ef_fade_missing(&fade, DT, &shown);
	for (int i = 0; i < 14; i++) {
		float step;

		ef_fade_missing(&fade, DT, &shown);
		assert_int_equal(shown.state, EF_LOST);
		step = last - shown.coeff[EF_JAW_OPEN];
		/* The steepest frame of a smooth step over 15 is a tenth. */
		assert_true(step > 0 && step <= 0.081F);
		last = shown.coeff[EF_JAW_OPEN];
	}
	ef_fade_missing(&fade, DT, &shown);
	ef_fade_missing(&fade, DT, &shown);
	assert_float_equal(shown.coeff[EF_JAW_OPEN], 0, 0);
	assert_float_equal(shown.q[1], 0, 0);
	assert_float_equal(shown.q[3], 1, 1e-6);
	assert_float_equal(shown.t[0], 0, 0);
}

static void a_lost_face_leaves_the_character_to_itself(void **state)
{
	float before = 0;

	(void)state;
	ef_fade_init(&fade, KNOWN);
	track(30);
	assert_float_equal(shown.idle, 0, 0);
	for (int i = 0; i < 15; i++) {
		ef_fade_missing(&fade, DT, &shown);
		assert_float_equal(shown.idle, 0, shown.state == EF_HELD ? 0 : 0.03);
	}
	for (int i = 0; i < 60; i++) {
		ef_fade_missing(&fade, DT, &shown);
		assert_in_range((long)(1e6F * (shown.idle - before)), 0, 25000);
		before = shown.idle;
	}
	assert_float_equal(shown.idle, 1, 0);
	track(6);
	assert_float_equal(shown.idle, 0.5, 1e-5);
	track(7);
	assert_float_equal(shown.idle, 0, 0);
}

/* Held, a face is as certain as it was; lost, less and less; before it is found, not at all. */
static void certainty_fades_with_the_face(void **state)
{
	float last;

	(void)state;
	ef_fade_init(&fade, KNOWN);
	ef_fade_missing(&fade, DT, &shown);
	assert_true(shown.is_sure);
	assert_float_equal(shown.sure[EF_JAW_OPEN], 0, 0);
	track(30);
	assert_float_equal(shown.sure[EF_JAW_OPEN], 0.6, 1e-6);
	for (int i = 0; i < 15; i++) {
		ef_fade_missing(&fade, DT, &shown);
	}
	assert_float_equal(shown.sure[EF_JAW_OPEN], 0.6, 1e-6);
	for (int i = 0; i < 14; i++) {
		last = shown.sure[EF_JAW_OPEN];
		ef_fade_missing(&fade, DT, &shown);
		assert_true(shown.sure[EF_JAW_OPEN] < last);
	}
	ef_fade_missing(&fade, DT, &shown);
	ef_fade_missing(&fade, DT, &shown);
	assert_true(shown.is_sure);
	assert_float_equal(shown.sure[EF_JAW_OPEN], 0, 0);
	track(1);
	assert_true(shown.sure[EF_JAW_OPEN] > 0 && shown.sure[EF_JAW_OPEN] < 0.3F);
}

static void returning_face_does_not_jump(void **state)
{
	float last = 0;

	(void)state;
	ef_fade_init(&fade, KNOWN);
	track(30);
	for (int i = 0; i < 60; i++) {
		ef_fade_missing(&fade, DT, &shown);
	}
	for (int i = 0; i < 6; i++) {
		float length = 0;

		track(1);
		assert_int_equal(shown.state, EF_TRACKED);
		assert_true(shown.coeff[EF_JAW_OPEN] - last < 0.3F);
		for (int k = 0; k < 4; k++) {
			length += shown.q[k] * shown.q[k];
		}
		assert_float_equal(length, 1, 1e-5);
		last = shown.coeff[EF_JAW_OPEN];
	}
	assert_float_equal(last, 0.8, 1e-6);
}

static void one_lost_frame_changes_nothing(void **state)
{
	(void)state;
	ef_fade_init(&fade, KNOWN);
	track(30);
	ef_fade_missing(&fade, DT, &shown);
	assert_int_equal(shown.state, EF_HELD);
	track(1);
	assert_float_equal(shown.coeff[EF_JAW_OPEN], 0.8, 1e-6);
}

static void stays_held_when_time_stands_still(void **state)
{
	(void)state;
	ef_fade_init(&fade, KNOWN);
	track(30);
	for (int i = 0; i < 100; i++) {
		ef_fade_missing(&fade, 0, &shown);
		assert_int_equal(shown.state, EF_HELD);
	}
}

static void a_turn_to_another_view_does_not_jump(void **state)
{
	float before;

	(void)state;
	ef_fade_init(&fade, KNOWN);
	track(30);
	before = shown.coeff[EF_JAW_OPEN];
	assert_true(before > 0.1F);
	ef_fade_turn(&fade);
	ef_fade_tracked(&fade, &(ef_expression_t){.known = KNOWN, .q = {0, 0, 0, 1}}, DT, &shown);
	assert_true(shown.coeff[EF_JAW_OPEN] > 0.7F * before);
	for (int i = 0; i < 6; i++) {
		ef_fade_tracked(
			&fade, &(ef_expression_t){.known = KNOWN, .q = {0, 0, 0, 1}}, DT, &shown);
	}
	assert_float_equal(shown.coeff[EF_JAW_OPEN], 0, 1e-6);
}

/* Between two rotations the quaternion keeps unit length. */
static void blended_rotation_has_unit_length(void **state)
{
	int between = 0;

	(void)state;
	ef_fade_init(&fade, KNOWN);
	track(30);
	for (int i = 0; i < 60; i++) {
		double length = 0;

		ef_fade_missing(&fade, DT, &shown);
		for (int k = 0; k < 4; k++) {
			length += (double)shown.q[k] * shown.q[k];
		}
		assert_float_equal(length, 1, 1e-5);
		between += shown.q[1] > 0.1F && shown.q[1] < 0.3F;
	}
	assert_true(between > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rests_before_the_first_face),
		cmocka_unit_test(a_lost_face_leaves_the_character_to_itself),
		cmocka_unit_test(a_lost_face_is_held_and_then_eases_to_rest),
		cmocka_unit_test(certainty_fades_with_the_face),
		cmocka_unit_test(returning_face_does_not_jump),
		cmocka_unit_test(one_lost_frame_changes_nothing),
		cmocka_unit_test(stays_held_when_time_stands_still),
		cmocka_unit_test(a_turn_to_another_view_does_not_jump),
		cmocka_unit_test(blended_rotation_has_unit_length),
	};

	return cmocka_run_group_tests_name("fade", tests, NULL, NULL);
}
