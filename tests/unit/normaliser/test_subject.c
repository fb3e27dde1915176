/* A person whose profile is known, and the normaliser with a profile. */
#include <string.h>

#include "normaliser/normaliser.h"
#include "normaliser/person/subject.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

#define FRAME_NS 33333333

static ef_normaliser_t *normaliser;
static ef_head_t head_of_message;
static ef_expression_t expression;
static ef_profile_t profile;

static void show_face(const ef_face_t *face)
{
	head_of_message.seq++;
	head_of_message.t += FRAME_NS;
	ef_normaliser_step(normaliser, &head_of_message, face, &expression);
}

static void show(const head_t *head, int frames)
{
	ef_face_t face;

	head_seen(head, &face);
	for (int i = 0; i < frames; i++) {
		show_face(&face);
	}
}

/* The profile of a head: what is learned of it in two seconds. */
static ef_profile_t profile_of(const head_t *head)
{
	ef_profile_t made = {.lids = 0.68, .lips = 0.02, .gains = {1, 1, 1, 1}};
	ef_neutral_t neutral;
	ef_sight_t sight = {0};
	ef_face_t face;

	head_seen(head, &face);
	ef_neutral_init(&neutral);
	for (int i = 0; i < 60; i++) {
		assert_int_equal(ef_neutral_see(&neutral, &face, 1 / 30.0, &sight), 0);
	}
	made.landmarks = neutral.landmarks;
	return made;
}

static int set_up(void **state)
{
	head_t head = other_head();
	char why[256];

	(void)state;
	normaliser = ef_normaliser_new("models/solver.weights", why, sizeof(why));
	head_of_message = (ef_head_t){.kind = EF_FACE, .src = "test"};
	profile = profile_of(&head);
	return normaliser == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	ef_normaliser_destroy(&normaliser);
	return 0;
}

static void the_first_second_may_show_an_expression(void **state)
{
	head_t head = other_head();

	(void)state;
	head_open_jaw(&head, 0.1);
	head_close_eye(&head, 36, 1);
	head_close_eye(&head, 42, 1);
	show(&head, 20);
	assert_true(expression.coeff[EF_EYE_BLINK_LEFT] < 0.3F);
	ef_normaliser_know(normaliser, &profile);
	head_of_message.src[0]++;
	for (int second = 0; second < 3; second++) {
		show(&head, second == 0 ? 10 : 30);
		assert_true(expression.coeff[EF_JAW_OPEN] > 0.5F);
		assert_true(expression.coeff[EF_EYE_BLINK_LEFT] > 0.7F);
	}
}

static void where_the_head_rests_is_learned_anew(void **state)
{
	head_t head = other_head();

	(void)state;
	ef_normaliser_know(normaliser, &profile);
	head.yaw = 15;
	head.pitch = -10;
	head.x = 500;
	show(&head, 40);
	assert_float_equal(expression.q[3], 1, 1e-3);
	assert_float_equal(expression.t[0], 0, 0.01);
	head.x = 340;
	show(&head, 30);
	assert_true(expression.t[0] < -0.5F);
}

static void the_neutral_face_is_corrected_slowly(void **state)
{
	head_t head = other_head();
	float first;

	(void)state;
	ef_normaliser_know(normaliser, &profile);
	head_move(&head, 17, 26, 0, 0.01);
	show(&head, 60);
	first = expression.coeff[EF_BROW_INNER_UP];
	assert_true(first > 0.1F);
	show(&head, 10 * 30);
	assert_true(expression.coeff[EF_BROW_INNER_UP] > 0.6F * first);
	show(&head, 300 * 30);
	assert_true(expression.coeff[EF_BROW_INNER_UP] < 0.5F * first);
}

static void gains_and_lids_are_used(void **state)
{
	head_t rest = other_head(), head = other_head();
	float open, shut;

	(void)state;
	ef_normaliser_know(normaliser, &profile);
	head_open_jaw(&head, 0.07);
	head_close_eye(&head, 36, 0.6);
	head_close_eye(&head, 42, 0.6);
	show(&rest, 30);
	show(&head, 20);
	open = expression.coeff[EF_JAW_OPEN];
	shut = expression.coeff[EF_EYE_BLINK_LEFT];
	profile.gains.open = 1.5;
	profile.lids = 0.9;
	ef_normaliser_know(normaliser, &profile);
	head_of_message.src[0]++;
	show(&rest, 30);
	show(&head, 20);
	assert_float_equal(expression.coeff[EF_JAW_OPEN], 1.5F * open, 0.1);
	assert_true(expression.coeff[EF_EYE_BLINK_LEFT] < shut - 0.05F);
}

/* jawOpen of an open mouth of which the tracker is so certain. */
static float open_when(float sure)
{
	head_t rest = other_head(), head = other_head();
	ef_face_t face;

	head_of_message.src[0]++;
	show(&rest, 40);
	head_open_jaw(&head, 0.07);
	head_seen(&head, &face);
	face.is_read = 1;
	face.read = (ef_reading_t){.sure = {1, 1, sure}};
	for (int i = 0; i < 20; i++) {
		show_face(&face);
	}
	return expression.coeff[EF_JAW_OPEN];
}

static void a_mouth_behind_a_hand_is_shown_at_rest(void **state)
{
	float open = open_when(1);

	(void)state;
	assert_true(open > 0.3F);
	assert_float_equal(open_when(0.5F), open, 0.001);
	assert_float_equal(open_when(0.25F), open / 2, 0.05);
	assert_float_equal(open_when(0), 0, 0.01);
}

static void a_wrong_profile_is_noticed(void **state)
{
	head_t stranger = other_head(), head = other_head();

	(void)state;
	ef_normaliser_know(normaliser, &profile);
	head_alter(&stranger);
	show(&head, 30 * 30);
	assert_false(ef_normaliser_sees_another(normaliser));
	show(&stranger, 12 * 30);
	assert_true(ef_normaliser_sees_another(normaliser));
	/* The stranger's own face is neutral meanwhile. */
	show(&stranger, 60);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		assert_true(expression.coeff[c] < 0.1F);
	}
	show(&head, 12 * 30);
	assert_false(ef_normaliser_sees_another(normaliser));
	/* Another source is another start. */
	show(&stranger, 12 * 30);
	assert_true(ef_normaliser_sees_another(normaliser));
	head_of_message.src[0]++;
	show(&head, 1);
	assert_false(ef_normaliser_sees_another(normaliser));
}

static void readings_are_learned_where_the_profile_has_none(void **state)
{
	ef_neutral_t neutral;
	ef_sight_t sight = {0};
	head_t head = other_head();
	ef_face_t face;

	(void)state;
	head_seen(&head, &face);
	face.is_read = 1;
	face.read.lids[0] = 0.25F;
	for (int known = 0; known < 2; known++) {
		const ef_reading_t read = {.lids = {0.5F, 0.5F}};

		ef_neutral_init(&neutral);
		ef_neutral_know(&neutral, &profile.landmarks, known ? &read : NULL);
		for (int i = 0; i < 60; i++) {
			ef_neutral_see(&neutral, &face, 1 / 30.0, &sight);
		}
		assert_true(neutral.ready);
		assert_float_equal(neutral.read.lids[0], known ? 0.5 : 0.25, 1e-6);
		assert_memory_equal(
			&neutral.landmarks, &profile.landmarks, sizeof(neutral.landmarks));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_second_may_show_an_expression),
		TEST(where_the_head_rests_is_learned_anew),
		TEST(the_neutral_face_is_corrected_slowly),
		TEST(gains_and_lids_are_used),
		TEST(a_mouth_behind_a_hand_is_shown_at_rest),
		TEST(a_wrong_profile_is_noticed),
		TEST(readings_are_learned_where_the_profile_has_none),
	};

	return cmocka_run_group_tests_name("subject", tests, NULL, NULL);
}
