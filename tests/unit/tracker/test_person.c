#include "tests/unit/unit.h"

#include <stdlib.h>

#include "tracker/follow/person.h"

#define SIDE 64

/* A picture of noise; equal seeds give equal pictures. share of it comes from the second one. */
static ef_likeness_t picture(unsigned seed, unsigned second, int share)
{
	static uint8_t data[SIDE * SIDE], more[SIDE * SIDE];
	const ef_luma_t luma = {data, SIDE, SIDE, SIDE};
	const ef_place_t place = {SIDE / 2.0f, SIDE / 2.0f, SIDE, 0};
	ef_likeness_t look;

	srand(seed);
	for (int i = 0; i < SIDE * SIDE; i++) {
		data[i] = (uint8_t)(rand() >> 8);
	}
	srand(second);
	for (int i = 0; i < SIDE * SIDE; i++) {
		more[i] = (uint8_t)(rand() >> 8);
		data[i] = (uint8_t)((data[i] * (100 - share) + more[i] * share) / 100);
	}
	ef_likeness_take(&look, &luma, &place);
	return look;
}

static void nobody_is_like_nobody(void **state)
{
	static ef_person_t person;
	ef_likeness_t look = picture(1, 1, 0);

	(void)state;
	assert_float_equal(ef_person_compare(&person, &look), -1, 0);
}

static void a_face_is_like_its_nearest_look(void **state)
{
	static ef_person_t person;
	ef_likeness_t one = picture(1, 1, 0), two = picture(2, 2, 0), near = picture(2, 3, 20);
	ef_likeness_t stranger = picture(4, 4, 0);

	(void)state;
	ef_person_learn(&person, &one);
	assert_float_equal(ef_person_compare(&person, &one), 1, 1e-4);
	assert_true(ef_person_compare(&person, &near) < EF_PERSON_OTHER);
	ef_person_learn(&person, &two);
	assert_true(ef_person_compare(&person, &near) > EF_PERSON_SAME);
	assert_float_equal(ef_person_compare(&person, &one), 1, 1e-4);
	assert_true(ef_person_compare(&person, &stranger) < EF_PERSON_OTHER);
	ef_person_forget(&person);
	assert_float_equal(ef_person_compare(&person, &one), -1, 0);
}

/* A face that hardly moves does not push the other looks out. */
static void what_is_known_is_not_learnt_again(void **state)
{
	static ef_person_t person;
	ef_likeness_t one = picture(1, 1, 0);

	(void)state;
	for (unsigned i = 0; i < 3 * EF_PERSON_LOOKS; i++) {
		ef_likeness_t look = picture(1, 10 + i, 5);

		ef_person_learn(&person, &look);
	}
	assert_int_equal(person.count, 1);
	assert_true(ef_person_compare(&person, &one) > 0.9f);
}

static void the_newest_looks_are_kept(void **state)
{
	static ef_person_t person;
	ef_likeness_t look;

	(void)state;
	for (unsigned i = 0; i < EF_PERSON_LOOKS + 3; i++) {
		look = picture(1 + i, 1 + i, 0);
		ef_person_learn(&person, &look);
	}
	assert_int_equal(person.count, EF_PERSON_LOOKS);
	for (unsigned i = 0; i < EF_PERSON_LOOKS + 3; i++) {
		look = picture(1 + i, 1 + i, 0);
		assert_int_equal(ef_person_compare(&person, &look) > EF_PERSON_SAME, i >= 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_like_nobody),
		cmocka_unit_test(a_face_is_like_its_nearest_look),
		cmocka_unit_test(what_is_known_is_not_learnt_again),
		cmocka_unit_test(the_newest_looks_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
