/* The gap between the lips against that of closed ones. */
#include "normaliser/person/lips.h"
#include "tests/unit/normaliser/synthetic_face.h"
#include "tests/unit/unit.h"

#define DT (1.0 / 30)

static ef_landmarks_t face(double open)
{
	head_t head = head_at_rest();
	ef_landmarks_t landmarks;

	head_open_jaw(&head, open);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		landmarks.p[i][0] = head.points[i][0];
		landmarks.p[i][1] = head.points[i][1];
	}
	return landmarks;
}

static double show(ef_lips_t *lips, double open, double rest, double seconds)
{
	ef_landmarks_t now = face(open), neutral = face(rest);
	double gap = 0;

	for (int i = 0; i < seconds / DT; i++) {
		gap = ef_lips_step(lips, &now, &neutral, DT);
	}
	return gap;
}

static void gap_is_that_of_the_lips(void **state)
{
	ef_lips_t lips;

	(void)state;
	ef_lips_init(&lips);
	assert_float_equal(show(&lips, 0, 0, 2), 0, 6e-3);
	assert_float_equal(show(&lips, 0.1, 0, 0.5), 0.1, 5e-3);
	assert_float_equal(show(&lips, 0, 0, 1), 0, 6e-3);
}

/* The neutral face was learned from an open mouth. */
static void talking_at_first_is_no_closed_mouth(void **state)
{
	ef_lips_t lips;

	(void)state;
	ef_lips_init(&lips);
	show(&lips, 0.08, 0.05, 1);
	assert_float_equal(show(&lips, 0, 0.05, 1.5), 0, 5e-3);
	assert_true(show(&lips, 0.08, 0.05, 0.5) > 0.065);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gap_is_that_of_the_lips),
		cmocka_unit_test(talking_at_first_is_no_closed_mouth),
	};

	return cmocka_run_group_tests_name("lips", tests, NULL, NULL);
}
