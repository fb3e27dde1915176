/* Each expression changes its own coefficient, on its own side. */
#include <stdbool.h>

#include "normaliser/person/coefficients.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

#define DT 0.04

static const ef_view_t clear = {160, 0}, coarse = {50, 0}, turned = {160, 0.5}, worst = {20, 1};

static ef_landmarks_t flat(const head_t *head)
{
	ef_landmarks_t landmarks;

	for (int i = 0; i < EF_LANDMARKS; i++) {
		landmarks.p[i][0] = head->points[i][0];
		landmarks.p[i][1] = head->points[i][1];
	}
	return landmarks;
}

/* The coefficients sent for a head that looks straight ahead. */
static void measure_seen(const head_t *head, const ef_view_t *view, double sent[EF_COEFF_COUNT])
{
	head_t rest = head_at_rest();
	ef_landmarks_t neutral = flat(&rest), face = flat(head);
	double values[EF_COEFF_COUNT] = {0};
	ef_features_t learned;

	ef_features_init(&learned);
	ef_coefficients_measure(&neutral, &neutral, &learned, &clear, 1, values);
	ef_coefficients_measure(&face, &neutral, &learned, view, DT, values);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		sent[c] = ef_coefficients_shape(c, values[c], view);
	}
}

static void measure(const head_t *head, double sent[EF_COEFF_COUNT])
{
	measure_seen(head, &clear, sent);
}

/* Asserts that the named coefficients (the list ends with -1) are at least 0.5, all others below
 * 0.1. */
static void assert_only(const double sent[EF_COEFF_COUNT], const int *named)
{
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		bool wanted = false;

		for (const int *n = named; *n >= 0; n++) {
			wanted |= *n == c;
		}
		if (wanted ? sent[c] < 0.5 : sent[c] > 0.1) {
			fail_msg("%s is %.3f", ef_coeff_name(c), sent[c]);
		}
	}
}

static void neutral_face_gives_zeros(void **state)
{
	head_t head = head_at_rest();
	double sent[EF_COEFF_COUNT];

	(void)state;
	measure(&head, sent);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		assert_float_equal(sent[c], 0, 0.005);
	}
}

static void open_jaw(void **state)
{
	double last = 0, sent[EF_COEFF_COUNT];

	(void)state;
	for (int step = 1; step <= 4; step++) {
		head_t head = head_at_rest();

		head_open_jaw(&head, 0.04 * step);
		measure(&head, sent);
		assert_true(sent[EF_JAW_OPEN] > last + 0.1);
		last = sent[EF_JAW_OPEN];
	}
	assert_true(last > 0.9);
	assert_only(sent, (const int[]){EF_JAW_OPEN, -1});
}

static void smiles_and_frowns(void **state)
{
	double sent[EF_COEFF_COUNT];
	head_t head = head_at_rest();

	(void)state;
	head_move(&head, 54, 54, 0.045, 0.04);
	head_move(&head, 64, 64, 0.045, 0.04);
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_MOUTH_SMILE_LEFT, -1});

	head = head_at_rest();
	head_move(&head, 48, 48, 0, -0.035);
	head_move(&head, 60, 60, 0, -0.035);
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_MOUTH_FROWN_RIGHT, -1});

	head = head_at_rest();
	for (int i = 0; i < 2; i++) {
		head_move(&head, i ? 60 : 48, i ? 60 : 48, -0.045, 0);
		head_move(&head, i ? 64 : 54, i ? 64 : 54, 0.045, 0);
	}
	measure(&head, sent);
	assert_true(sent[EF_MOUTH_STRETCH_LEFT] > 0.7 && sent[EF_MOUTH_STRETCH_RIGHT] > 0.7);
	assert_true(sent[EF_MOUTH_SMILE_LEFT] < 0.3);
}

static void rounded_lips(void **state)
{
	double sent[EF_COEFF_COUNT];
	head_t head = head_at_rest();

	(void)state;
	for (int i = 48; i < EF_LANDMARKS; i++) {
		head.points[i][0] *= 0.8;
	}
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_MOUTH_PUCKER, -1});
	head_move(&head, 55, 59, 0, -0.07);
	head_move(&head, 65, 67, 0, -0.07);
	measure(&head, sent);
	assert_true(sent[EF_MOUTH_FUNNEL] > 0.5);
	assert_true(sent[EF_MOUTH_PUCKER] < 0.1);
}

static void mouth_to_one_side(void **state)
{
	double sent[EF_COEFF_COUNT];
	head_t head = head_at_rest();

	(void)state;
	head_move(&head, 48, 67, 0.045, 0);
	measure(&head, sent);
	assert_true(sent[EF_MOUTH_LEFT] > 0.9);
	assert_float_equal(sent[EF_MOUTH_RIGHT], 0, 0.001);
	head_move(&head, 48, 67, -0.09, 0);
	measure(&head, sent);
	assert_true(sent[EF_MOUTH_RIGHT] > 0.9);
	assert_float_equal(sent[EF_MOUTH_LEFT], 0, 0.001);
}

static void bared_teeth(void **state)
{
	double sent[EF_COEFF_COUNT];
	head_t head = head_at_rest();

	(void)state;
	head_move(&head, 52, 53, 0, 0.035);
	head_move(&head, 63, 63, 0, 0.035);
	measure(&head, sent);
	assert_true(sent[EF_MOUTH_UPPER_UP_LEFT] > 0.8);
	assert_true(sent[EF_MOUTH_UPPER_UP_RIGHT] < 0.1);
	head_move(&head, 50, 51, 0, 0.035);
	head_move(&head, 61, 62, 0, 0.035);
	measure(&head, sent);
	assert_true(sent[EF_MOUTH_UPPER_UP_RIGHT] > 0.8);
	assert_true(sent[EF_JAW_OPEN] < 0.05);
	/* The lower lip goes down and the chin stays. */
	head = head_at_rest();
	head_move(&head, 55, 59, 0, -0.06);
	head_move(&head, 65, 67, 0, -0.06);
	measure(&head, sent);
	assert_true(sent[EF_MOUTH_LOWER_DOWN_LEFT] > 0.6);
	assert_true(sent[EF_MOUTH_LOWER_DOWN_RIGHT] > 0.6);
}

static void brows(void **state)
{
	double sent[EF_COEFF_COUNT];
	head_t head = head_at_rest();

	(void)state;
	head_move(&head, 25, 26, 0, 0.05);
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_BROW_OUTER_UP_LEFT, -1});
	head = head_at_rest();
	head_move(&head, 20, 23, 0, 0.05);
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_BROW_INNER_UP, -1});
	head_move(&head, 17, 26, 0, -0.08);
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_BROW_DOWN_LEFT, EF_BROW_DOWN_RIGHT, -1});
}

static void eyes(void **state)
{
	double sent[EF_COEFF_COUNT];
	head_t head = head_at_rest();

	(void)state;
	head_close_eye(&head, 36, 1);
	head_close_eye(&head, 42, 1);
	measure(&head, sent);
	assert_true(sent[EF_EYE_BLINK_LEFT] > 0.95 && sent[EF_EYE_BLINK_RIGHT] > 0.95);
	/* 42 to 47 are the subject's left eye. */
	head = head_at_rest();
	head_close_eye(&head, 42, 1);
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_EYE_BLINK_LEFT, -1});
	head = head_at_rest();
	head_close_eye(&head, 36, -0.7);
	head_close_eye(&head, 42, -0.7);
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_EYE_WIDE_LEFT, EF_EYE_WIDE_RIGHT, -1});
}

static void rounded_lips_do_not_frown(void **state)
{
	double sent[EF_COEFF_COUNT];
	head_t head = head_at_rest();

	(void)state;
	for (int side = -1; side <= 1; side += 2) {
		int outer = side < 0 ? EF_POINT_MOUTH_RIGHT : EF_POINT_MOUTH_LEFT,
		    inner = side < 0 ? 60 : 64;

		head_move(&head, outer, outer, -0.035 * side, -0.02);
		head_move(&head, inner, inner, -0.035 * side, -0.02);
	}
	measure(&head, sent);
	assert_only(sent, (const int[]){EF_MOUTH_PUCKER, -1});
}

static void depth_errors_on_a_turned_head_are_damped(void **state)
{
	double ahead[EF_COEFF_COUNT], sent[EF_COEFF_COUNT];
	head_t head = head_at_rest();

	(void)state;
	/* The mouth has shifted aside, the eyes look narrower. */
	head_move(&head, 48, 67, 0.03, 0);
	head_move(&head, 48, 48, -0.03, 0.03);
	head_move(&head, 54, 54, 0.03, 0.03);
	head_move(&head, 60, 60, -0.03, 0.03);
	head_move(&head, 64, 64, 0.03, 0.03);
	head_close_eye(&head, 36, 0.25);
	head_close_eye(&head, 42, 0.25);
	measure(&head, ahead);
	assert_true(ahead[EF_MOUTH_LEFT] > 0.5);
	assert_true(ahead[EF_EYE_BLINK_LEFT] > 0.2);
	assert_true(ahead[EF_MOUTH_SMILE_LEFT] > ahead[EF_MOUTH_SMILE_RIGHT] + 0.4);
	measure_seen(&head, &turned, sent);
	assert_float_equal(sent[EF_MOUTH_LEFT], 0, 1e-6);
	assert_float_equal(sent[EF_EYE_BLINK_LEFT], 0, 1e-6);
	assert_float_equal(sent[EF_MOUTH_SMILE_LEFT], sent[EF_MOUTH_SMILE_RIGHT], 1e-6);
	assert_true(sent[EF_MOUTH_SMILE_RIGHT] > 0.3);
}

static void dead_zones_grow_on_small_and_turned_heads(void **state)
{
	(void)state;
	assert_true(ef_coefficients_shape(EF_BROW_INNER_UP, 0.3, &clear) > 0.2);
	assert_true(ef_coefficients_shape(EF_BROW_INNER_UP, 0.3, &coarse) < 0.15);
	assert_true(ef_coefficients_shape(EF_BROW_INNER_UP, 0.3, &turned) <
		    ef_coefficients_shape(EF_BROW_INNER_UP, 0.3, &clear));
	assert_float_equal(ef_coefficients_shape(EF_BROW_INNER_UP, 1, &worst), 1, 1e-9);
	assert_float_equal(ef_coefficients_shape(EF_BROW_INNER_UP, 7, &clear), 1, 1e-9);
	assert_float_equal(ef_coefficients_shape(EF_BROW_INNER_UP, -7, &clear), 0, 1e-9);
}

static void neutral_learned_with_open_mouth_is_corrected(void **state)
{
	double values[EF_COEFF_COUNT] = {0};
	head_t head = head_at_rest();
	ef_landmarks_t open, closed;
	ef_features_t learned;

	(void)state;
	/* Lips that meet fully: the gap is 0.003, not the mean face's 0.034. */
	head_move(&head, 65, 67, 0, 0.031);
	closed = flat(&head);
	head_open_jaw(&head, 0.06);
	open = flat(&head);
	ef_features_init(&learned);
	/* Learned as neutral with the mouth open; then it closes for half a second. */
	for (int i = 0; i < 12; i++) {
		ef_coefficients_measure(&closed, &open, &learned, &clear, DT, values);
	}
	ef_coefficients_measure(&open, &open, &learned, &clear, DT, values);
	assert_true(ef_coefficients_shape(EF_JAW_OPEN, values[EF_JAW_OPEN], &clear) > 0.25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neutral_face_gives_zeros),
		cmocka_unit_test(open_jaw),
		cmocka_unit_test(smiles_and_frowns),
		cmocka_unit_test(rounded_lips),
		cmocka_unit_test(mouth_to_one_side),
		cmocka_unit_test(bared_teeth),
		cmocka_unit_test(brows),
		cmocka_unit_test(eyes),
		cmocka_unit_test(rounded_lips_do_not_frown),
		cmocka_unit_test(depth_errors_on_a_turned_head_are_damped),
		cmocka_unit_test(dead_zones_grow_on_small_and_turned_heads),
		cmocka_unit_test(neutral_learned_with_open_mouth_is_corrected),
	};

	return cmocka_run_group_tests_name("coefficients", tests, NULL, NULL);
}
