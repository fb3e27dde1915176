#include "tests/unit/unit.h"

#include "tracker/choice.h"

static void overlap(void **state)
{
	const float a[4] = {10, 10, 20, 20}, half[4] = {20, 10, 20, 20}, far[4] = {50, 50, 5, 5};
	const float nothing[4] = {0, 0, 0, 0};

	(void)state;
	assert_float_equal(ef_box_overlap(a, a), 1, 1e-6);
	assert_float_equal(ef_box_overlap(a, half), 200.0 / 600, 1e-6);
	assert_float_equal(ef_box_overlap(a, far), 0, 1e-6);
	assert_float_equal(ef_box_overlap(nothing, nothing), 0, 1e-6);
}

static void no_faces_give_no_choice(void **state)
{
	const float followed[4] = {0, 0, 10, 10};

	(void)state;
	assert_int_equal(ef_choose_face(NULL, 0, NULL, 640, 480), -1);
	assert_int_equal(ef_choose_face(NULL, 0, followed, 640, 480), -1);
}

static void largest_is_chosen(void **state)
{
	const ef_found_t found[] = {
		{{100, 200, 80, 80}, 3}, {{280, 180, 110, 110}, 1}, {{500, 200, 90, 90}, 2}};

	(void)state;
	assert_int_equal(ef_choose_face(found, 3, NULL, 640, 480), 1);
}

/* A person passing at the edge, slightly nearer to the webcam, is not chosen. */
static void central_beats_edge(void **state)
{
	const ef_found_t found[] = {{{0, 350, 110, 110}, 2}, {{270, 190, 100, 100}, 2}};

	(void)state;
	assert_int_equal(ef_choose_face(found, 2, NULL, 640, 480), 1);
}

static void followed_face_is_chosen(void **state)
{
	const ef_found_t found[] = {{{250, 150, 200, 200}, 3}, {{40, 100, 60, 60}, 0}};
	const float followed[4] = {48, 104, 66, 66}, gone[4] = {560, 400, 60, 60};

	(void)state;
	assert_int_equal(ef_choose_face(found, 2, followed, 640, 480), 1);
	/* The followed face is not among them: the largest and most central one. */
	assert_int_equal(ef_choose_face(found, 2, gone, 640, 480), 0);
}

static void equal_faces_give_the_first(void **state)
{
	const ef_found_t found[] = {{{100, 200, 80, 80}, 1}, {{460, 200, 80, 80}, 1}};

	(void)state;
	assert_int_equal(ef_choose_face(found, 2, NULL, 640, 480), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlap),
		cmocka_unit_test(no_faces_give_no_choice),
		cmocka_unit_test(largest_is_chosen),
		cmocka_unit_test(central_beats_edge),
		cmocka_unit_test(followed_face_is_chosen),
		cmocka_unit_test(equal_faces_give_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
