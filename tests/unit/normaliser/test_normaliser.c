/* The whole stage on synthetic heads: coefficients, head pose, timing, state, invalid input. */
#include <string.h>

#include "normaliser/normaliser.h"
#include "normaliser/solver/appearance.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

#define FRAME_NS 33333333

static ef_normaliser_t *normaliser;
static ef_head_t head_of_message;
static ef_expression_t expression;

static int set_up(void **state)
{
	char why[256] = "";

	(void)state;
	normaliser = ef_normaliser_new("models/solver.weights", why, sizeof(why));
	head_of_message = (ef_head_t){.kind = EF_FACE, .src = "test"};
	return normaliser == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	ef_normaliser_destroy(&normaliser);
	assert_null(normaliser);
	return 0;
}

static void check_sane(void)
{
	float length = 0;

	assert_true((expression.known & ef_appearance_known) == ef_appearance_known);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		assert_true(expression.coeff[c] >= 0 && expression.coeff[c] <= 1);
		assert_true(expression.sure[c] >= 0 && expression.sure[c] <= 1);
	}
	assert_int_equal(expression.is_sure, 1);
	for (int i = 0; i < 4; i++) {
		length += expression.q[i] * expression.q[i];
	}
	assert_true(length > 0.999F && length < 1.001F);
	for (int i = 0; i < 3; i++) {
		assert_true(isfinite(expression.t[i]));
	}
}

static void show_face(const ef_face_t *face)
{
	head_of_message.seq++;
	head_of_message.t += FRAME_NS;
	memset(&expression, 0xff, sizeof(expression));
	ef_normaliser_step(normaliser, &head_of_message, face, &expression);
	check_sane();
}

static void show(const head_t *head, int frames)
{
	ef_face_t face;

	head_seen(head, &face);
	for (int i = 0; i < frames; i++) {
		show_face(&face);
	}
}

static void show_nobody(int frames)
{
	const ef_face_t face = {.w = 640, .h = 480, .state = EF_LOST};

	for (int i = 0; i < frames; i++) {
		show_face(&face);
	}
}

/* Degrees. */
static void angles(double *yaw, double *pitch, double *roll)
{
	double x = expression.q[0], y = expression.q[1], z = expression.q[2], w = expression.q[3];

	*yaw = asin(2 * (w * y - x * z)) / DEGREES;
	*pitch = atan2(2 * (y * z + w * x), 1 - 2 * (x * x + y * y)) / DEGREES;
	*roll = atan2(2 * (x * y + w * z), 1 - 2 * (y * y + z * z)) / DEGREES;
}

static void expressive(head_t *head)
{
	head_open_jaw(head, 0.08);
	head_move(head, 17, 26, 0, 0.03);
	head_move(head, 54, 54, 0.03, 0.03);
	head_close_eye(head, 42, 0.6);
	head_close_eye(head, 36, 0.6);
}

/* Learns the head at rest at that place, size and roll, then shows an expression. */
static void run_at(double width, double x, double y, double roll, float coeff[EF_COEFF_COUNT])
{
	head_t head = other_head();

	head.width = width;
	head.x = x;
	head.y = y;
	head.roll = roll;
	head_of_message.src[0]++;
	show(&head, 40);
	expressive(&head);
	show(&head, 5);
	memcpy(coeff, expression.coeff, sizeof(expression.coeff));
}

static void place_size_and_roll_do_not_change_coefficients(void **state)
{
	float reference[EF_COEFF_COUNT], coeff[EF_COEFF_COUNT];

	(void)state;
	run_at(160, 320, 240, 0, reference);
	assert_true(reference[EF_JAW_OPEN] > 0.2F && reference[EF_BROW_INNER_UP] > 0.2F);
	for (int i = 0; i < 6; i++) {
		static const double cases[][4] = {{160, 500, 100, 0}, {220, 320, 240, 0},
			{400, 320, 240, 0}, {160, 320, 240, 35}, {170, 100, 300, -35},
			{300, 10, 10, 12}};

		run_at(cases[i][0], cases[i][1], cases[i][2], cases[i][3], coeff);
		for (int c = 0; c < EF_COEFF_COUNT; c++) {
			assert_float_equal(coeff[c], reference[c], 1e-3);
		}
	}
}

/* Where the eyes look is another matter: people who turn their heads keep looking at the screen. */
static int is_gaze(int coefficient)
{
	return strncmp(ef_coeff_name(coefficient), "eyeLook", 7) == 0;
}

static void head_turns_are_no_strong_expressions(void **state)
{
	(void)state;
	for (int person = 0; person < 2; person++) {
		for (int yaw = -25; yaw <= 25; yaw += 25) {
			for (int pitch = -20; pitch <= 20; pitch += 20) {
				head_t head = person ? other_head() : head_at_rest();

				head_of_message.src[0]++;
				show(&head, 40);
				head.yaw = yaw;
				head.pitch = pitch;
				head.roll = (yaw + pitch) / 3;
				for (int frame = 0; frame < 20; frame++) {
					show(&head, 1);
					for (int c = 0; c < EF_COEFF_COUNT; c++) {
						assert_true(
							is_gaze(c) || expression.coeff[c] < 0.55F);
					}
				}
			}
		}
	}
}

static void expressions_are_measured_on_a_turned_head(void **state)
{
	head_t head = other_head();
	float straight;

	(void)state;
	show(&head, 40);
	head_open_jaw(&head, 0.1);
	show(&head, 10);
	straight = expression.coeff[EF_JAW_OPEN];
	assert_true(straight > 0.4F);
	head.yaw = 25;
	head.pitch = 15;
	show(&head, 10);
	assert_float_equal(expression.coeff[EF_JAW_OPEN], straight, 0.08);
}

static void head_rotation_is_measured(void **state)
{
	static const int cases[][3] = {{20, 0, 0}, {-20, 0, 0}, {0, 15, 0}, {0, -15, 0}, {0, 0, 20},
		{15, 10, -10}, {25, 20, 0}, {-25, -20, 10}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		head_t head = other_head();
		double yaw, pitch, roll;

		head_of_message.src[0]++;
		show(&head, 40);
		angles(&yaw, &pitch, &roll);
		assert_float_equal(yaw, 0, 0.5);
		assert_float_equal(pitch, 0, 0.5);
		head.yaw = cases[i][0];
		head.pitch = cases[i][1];
		head.roll = cases[i][2];
		show(&head, 30);
		angles(&yaw, &pitch, &roll);
		assert_float_equal(yaw, cases[i][0], 3);
		assert_float_equal(pitch, cases[i][1], 3);
		assert_float_equal(roll, cases[i][2], 3);
	}
}

/* Off rest, wherever the head rests; and by the pixels, if they were read. */
static void a_turned_head_or_an_unclear_picture_is_less_certain(void **state)
{
	head_t head = other_head();
	float front, aside;
	ef_face_t face;

	(void)state;
	show(&head, 40);
	front = expression.sure[EF_MOUTH_STRETCH_LEFT];
	assert_true(front > 0.5F);
	head_of_message.src[0]++;
	head.yaw = 15;
	show(&head, 40);
	assert_float_equal(expression.sure[EF_MOUTH_STRETCH_LEFT], front, 0.02);
	head.yaw = -20;
	show(&head, 20);
	aside = expression.sure[EF_MOUTH_STRETCH_LEFT];
	assert_true(aside < front - 0.1F);
	head_seen(&head, &face);
	face.is_read = 1;
	face.read.sure[2] = 0.5F;
	show_face(&face);
	assert_float_equal(expression.sure[EF_MOUTH_STRETCH_LEFT], aside / 2, 0.01);
	assert_float_equal(expression.sure[EF_EYE_BLINK_LEFT], 0, 0);
}

/* Shut eyes in the first second are no eyes at rest: they are shown shut, and open ones not wide. */
static void shut_eyes_in_the_first_second_are_shown_shut(void **state)
{
	head_t shut = other_head();
	const head_t open = shut;
	ef_face_t face;

	(void)state;
	head_close_eye(&shut, 36, 0.95);
	head_close_eye(&shut, 42, 0.95);
	head_seen(&shut, &face);
	face.is_read = 1;
	face.read = (ef_reading_t){.lids = {0.8F, 0.7F}};
	for (int i = 0; i < 45; i++) {
		show_face(&face);
	}
	assert_true(expression.coeff[EF_EYE_BLINK_LEFT] > 0.8F);
	assert_true(expression.coeff[EF_EYE_BLINK_RIGHT] > 0.8F);
	head_seen(&open, &face);
	face.is_read = 1;
	for (int i = 0; i < 20; i++) {
		show_face(&face);
	}
	assert_true(expression.coeff[EF_EYE_BLINK_LEFT] < 0.2F);
	assert_true(expression.coeff[EF_EYE_WIDE_LEFT] < 0.3F);
	assert_true(expression.coeff[EF_EYE_WIDE_RIGHT] < 0.3F);
}

/* The pixels and the landmarks tell the pitch together; what is constant is the head at rest. */
static void the_pixels_tell_the_pitch_too(void **state)
{
	const head_t head = other_head();
	ef_face_t face;
	double yaw, pitch, roll;

	(void)state;
	head_seen(&head, &face);
	face.is_pitched = 1;
	face.pitch = -0.1F;
	for (int i = 0; i < 40; i++) {
		show_face(&face);
	}
	angles(&yaw, &pitch, &roll);
	assert_float_equal(pitch, 0, 0.5);
	face.pitch = 0.2F;
	for (int i = 0; i < 30; i++) {
		show_face(&face);
	}
	angles(&yaw, &pitch, &roll);
	assert_float_equal(yaw, 0, 1);
	assert_float_equal(pitch, 0.7 * 0.3 / DEGREES, 1);
	face.pitch = -1e9F;
	show_face(&face);
}

static void webcam_beside_the_screen_is_compensated(void **state)
{
	head_t head = other_head();
	double yaw, pitch, roll;

	(void)state;
	head.yaw = 15;
	head.pitch = -10;
	show(&head, 40);
	angles(&yaw, &pitch, &roll);
	assert_float_equal(yaw, 0, 0.5);
	assert_float_equal(pitch, 0, 0.5);
	head.yaw = 0;
	show(&head, 30);
	angles(&yaw, &pitch, &roll);
	assert_float_equal(yaw, -15, 3);
}

static void head_place_is_measured(void **state)
{
	head_t head = head_at_rest();

	(void)state;
	show(&head, 40);
	head.x += 80; /* half a head */
	head.y -= 40;
	show(&head, 30);
	assert_float_equal(expression.t[0], 0.5, 0.03);
	assert_float_equal(expression.t[1], 0.25, 0.03);
	assert_float_equal(expression.t[2], 0, 0.03);
	head.width *= 1.25;
	show(&head, 30);
	/* From 0.9 * 640 / 160 = 3.6 widths to four fifths of that. */
	assert_float_equal(expression.t[2], 0.72, 0.05);
	/* Only turning, about the top of the neck, does not change the place. */
	head = head_at_rest();
	head.yaw = 20;
	head.x += 160 * 0.45 * sin(20 * DEGREES);
	show(&head, 60);
	assert_float_equal(expression.t[0], 0, 0.05);
}

static void a_blink_of_three_frames_is_shown(void **state)
{
	head_t head = other_head(), blinking = other_head();
	float most = 0;

	(void)state;
	show(&head, 60);
	head_close_eye(&blinking, 36, 1);
	head_close_eye(&blinking, 42, 1);
	for (int i = 0; i < 3; i++) {
		show(&blinking, 1);
		most = fmaxf(most, expression.coeff[EF_EYE_BLINK_LEFT]);
	}
	assert_true(most > 0.9F);
	show(&head, 3);
	assert_true(expression.coeff[EF_EYE_BLINK_LEFT] < 0.15F);
}

static void speech_is_not_smeared(void **state)
{
	head_t head = other_head(), open = other_head();

	(void)state;
	head_open_jaw(&open, 0.1);
	show(&head, 60);
	/* Five syllables a second: three frames open, three closed. */
	for (int i = 0; i < 8; i++) {
		show(&open, 3);
		assert_true(expression.coeff[EF_JAW_OPEN] > 0.45F);
		show(&head, 3);
		assert_true(expression.coeff[EF_JAW_OPEN] < 0.15F);
	}
}

static void noise_on_small_faces_is_suppressed(void **state)
{
	unsigned seed = 5;
	float most[EF_COEFF_COUNT] = {0};
	head_t head = other_head();

	(void)state;
	head.width = 60;
	for (int i = 0; i < 300; i++) {
		ef_face_t face;

		head_seen(&head, &face);
		for (int k = 0; k < 2 * EF_LANDMARKS; k++) {
			seed = seed * 1103515245u + 12345u;
			face.pts[k] += (float)((seed >> 16) % 2001) / 2000 - 0.5F;
		}
		show_face(&face);
		for (int c = 0; i > 30 && c < EF_COEFF_COUNT; c++) {
			most[c] = fmaxf(most[c], expression.coeff[c]);
		}
	}
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		if (most[c] > 0.25F) {
			fail_msg("%s reaches %.3f", ef_coeff_name(c), (double)most[c]);
		}
	}
}

static void face_is_lost_and_found_again(void **state)
{
	head_t head = other_head();

	(void)state;
	show_nobody(10);
	assert_int_equal(expression.state, EF_LOST);
	show(&head, 40);
	assert_int_equal(expression.state, EF_TRACKED);
	head_open_jaw(&head, 0.1);
	show(&head, 10);
	show_nobody(14);
	assert_int_equal(expression.state, EF_HELD);
	assert_true(expression.coeff[EF_JAW_OPEN] > 0.4F);
	show_nobody(20);
	assert_int_equal(expression.state, EF_LOST);
	assert_float_equal(expression.coeff[EF_JAW_OPEN], 0, 1e-6);
	show(&head, 1);
	assert_int_equal(expression.state, EF_TRACKED);
	assert_true(expression.coeff[EF_JAW_OPEN] < 0.3F);
	show(&head, 6);
	assert_true(expression.coeff[EF_JAW_OPEN] > 0.4F);
}

/* Of the way that a number has to go, no frame takes more than this; an eased return of 0.15 seconds takes
 * a third of it in its middle. */
#define LARGEST_STEP 0.4F

static void a_face_found_elsewhere_does_not_jump(void **state)
{
	float before[EF_COEFF_COUNT + 2], now[EF_COEFF_COUNT + 2],
		way[EF_COEFF_COUNT + 2] = {0}, step[EF_COEFF_COUNT + 2] = {0};
	head_t head = other_head();

	(void)state;
	show(&head, 40);
	show_nobody(60);
	head.x += 80;
	head.yaw = 20;
	head_open_jaw(&head, 0.1);
	for (int frame = 0; frame < 15; frame++) {
		memcpy(before, expression.coeff, sizeof(expression.coeff));
		before[EF_COEFF_COUNT] = expression.q[1];
		before[EF_COEFF_COUNT + 1] = expression.t[0];
		show(&head, 1);
		memcpy(now, expression.coeff, sizeof(expression.coeff));
		now[EF_COEFF_COUNT] = expression.q[1];
		now[EF_COEFF_COUNT + 1] = expression.t[0];
		for (int i = 0; i < EF_COEFF_COUNT + 2; i++) {
			way[i] += now[i] - before[i];
			step[i] = fmaxf(step[i], fabsf(now[i] - before[i]));
		}
	}
	assert_true(way[EF_JAW_OPEN] > 0.3F && fabsf(way[EF_COEFF_COUNT]) > 0.1F &&
		    way[EF_COEFF_COUNT + 1] > 0.3F);
	for (int i = 0; i < EF_COEFF_COUNT + 2; i++) {
		assert_true(step[i] <= LARGEST_STEP * fabsf(way[i]) + 0.02F);
	}
}

static void another_source_or_a_jump_back_starts_again(void **state)
{
	head_t head = other_head();

	(void)state;
	for (int way = 0; way < 3; way++) {
		ef_normaliser_destroy(&normaliser);
		set_up(state);
		head_of_message.seq = 1000;
		head_of_message.t = (int64_t)1e12;
		head.x = 320;
		show(&head, 40);
		head.x = 500;
		show(&head, 20);
		assert_true(expression.t[0] > 0.5F);
		switch (way) {
		case 0:
			head_of_message.src[0]++;
			break;
		case 1:
			head_of_message.seq = 0;
			break;
		case 2:
			head_of_message.t = 0;
			break;
		}
		show(&head, 20);
		assert_float_equal(expression.t[0], 0, 0.01);
	}
}

static void another_person_is_learned_anew(void **state)
{
	head_t head = other_head();
	ef_face_t face;

	(void)state;
	show(&head, 60);
	head.x += 160;
	head_move(&head, 17, 26, 0, 0.03);
	show(&head, 60);
	assert_true(expression.coeff[EF_BROW_INNER_UP] > 0.2F && expression.t[0] > 0.5F);
	head_seen(&head, &face);
	face.who = 1;
	show_face(&face);
	/* The character does not jump. */
	assert_true(expression.t[0] > 0.5F);
	for (int i = 0; i < 30; i++) {
		show_face(&face);
	}
	assert_true(expression.coeff[EF_BROW_INNER_UP] < 0.1F);
	assert_float_equal(expression.t[0], 0, 0.05);
	/* A lost face is nobody. */
	show_nobody(3);
	show_face(&face);
	assert_true(expression.coeff[EF_BROW_INNER_UP] < 0.1F);
}

static void any_timestamps_give_valid_output(void **state)
{
	static const int64_t clocks[] = {0, INT64_MAX, INT64_MIN, -1, 5, 5, 4, INT64_MAX, 1};
	head_t head = other_head();
	ef_face_t face;

	(void)state;
	head_seen(&head, &face);
	for (int i = 0; i < 90; i++) {
		head_of_message.t = clocks[i % 9];
		head_of_message.seq = (uint64_t)clocks[(i + 4) % 9];
		ef_normaliser_step(normaliser, &head_of_message, &face, &expression);
		check_sane();
	}
}

static void invalid_landmarks_count_as_lost(void **state)
{
	static const float values[] = {0, NAN, INFINITY, -INFINITY, 3e38F, -1e9F};
	head_t head = other_head();
	ef_face_t face;
	unsigned seed = 3;

	(void)state;
	show(&head, 40);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		head_seen(&head, &face);
		for (int k = 0; k < 2 * EF_LANDMARKS; k++) {
			face.pts[k] = values[i];
		}
		show_face(&face);
		assert_int_equal(expression.state, EF_HELD);
		head_seen(&head, &face);
		face.pts[72] = values[i];
		face.w = face.h = 0;
		show_face(&face);
	}
	for (int i = 0; i < 3000; i++) {
		float range = (float)(1 << (i % 20));

		head_seen(&head, &face);
		for (int k = 0; k < 2 * EF_LANDMARKS; k++) {
			seed = seed * 1103515245u + 12345u;
			face.pts[k] += range * ((float)((seed >> 16) % 2001) / 1000 - 1);
		}
		show_face(&face);
	}
	/* A valid face is tracked again at once. */
	show(&head, 1);
	assert_int_equal(expression.state, EF_TRACKED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(place_size_and_roll_do_not_change_coefficients),
		TEST(head_turns_are_no_strong_expressions),
		TEST(expressions_are_measured_on_a_turned_head),
		TEST(a_turned_head_or_an_unclear_picture_is_less_certain),
		TEST(shut_eyes_in_the_first_second_are_shown_shut),
		TEST(the_pixels_tell_the_pitch_too),
		TEST(head_rotation_is_measured),
		TEST(webcam_beside_the_screen_is_compensated),
		TEST(head_place_is_measured),
		TEST(a_blink_of_three_frames_is_shown),
		TEST(speech_is_not_smeared),
		TEST(noise_on_small_faces_is_suppressed),
		TEST(face_is_lost_and_found_again),
		TEST(a_face_found_elsewhere_does_not_jump),
		TEST(another_source_or_a_jump_back_starts_again),
		TEST(another_person_is_learned_anew),
		TEST(any_timestamps_give_valid_output),
		TEST(invalid_landmarks_count_as_lost),
	};

	return cmocka_run_group_tests_name("normaliser", tests, NULL, NULL);
}
