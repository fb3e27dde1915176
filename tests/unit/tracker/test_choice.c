#include "tests/unit/unit.h"

#include "tracker/follow/choice.h"

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
	(void)state;
	assert_int_equal(ef_choose_face(NULL, 0, 640, 480), -1);
	assert_int_equal(ef_choose_next(NULL, 0, NULL), -1);
}

static void largest_is_chosen(void **state)
{
	const ef_found_t found[] = {
		{{100, 200, 80, 80}, 3}, {{280, 180, 110, 110}, 1}, {{500, 200, 90, 90}, 2}};

	(void)state;
	assert_int_equal(ef_choose_face(found, 3, 640, 480), 1);
}

/* A person passing at the edge, slightly nearer to the webcam, is not chosen. */
static void central_beats_edge(void **state)
{
	const ef_found_t found[] = {{{0, 350, 110, 110}, 2}, {{270, 190, 100, 100}, 2}};

	(void)state;
	assert_int_equal(ef_choose_face(found, 2, 640, 480), 1);
}

static void next_is_to_the_right_and_then_the_leftmost(void **state)
{
	const ef_found_t found[] = {{{500, 0, 80, 80}, 3}, {{100, 90, 80, 80}, 1},
		{{300, 200, 20, 20}, 2}, {{290, 300, 40, 40}, 2}};
	const float between[4] = {200, 0, 100, 100};

	(void)state;
	assert_int_equal(ef_choose_next(found, 4, NULL), 1);
	assert_int_equal(ef_choose_next(found, 4, found[1].box), 2);
	assert_int_equal(ef_choose_next(found, 4, between), 2);
	assert_int_equal(ef_choose_next(found, 4, found[2].box), 3);
	assert_int_equal(ef_choose_next(found, 4, found[3].box), 0);
	assert_int_equal(ef_choose_next(found, 4, found[0].box), 1);
}

static void equal_faces_give_the_first(void **state)
{
	const ef_found_t found[] = {{{100, 200, 80, 80}, 1}, {{460, 200, 80, 80}, 1}};

	(void)state;
	assert_int_equal(ef_choose_face(found, 2, 640, 480), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlap),
		cmocka_unit_test(no_faces_give_no_choice),
		cmocka_unit_test(largest_is_chosen),
		cmocka_unit_test(central_beats_edge),
		cmocka_unit_test(next_is_to_the_right_and_then_the_leftmost),
		cmocka_unit_test(equal_faces_give_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
