#include "keys/cpace.h"

#include <string.h>

#include "tests/unit/unit.h"

static const uint8_t sid[EF_CPACE_SID] = "sixteen bytes...";
static const uint8_t here[] = "the desk", there[] = "the box";

typedef struct {
	ef_cpace_t begins, waits;
	ef_cpace_side_t first, second;
} both_t;

static int agree(both_t *both, const char *code, const char *other_code)
{
	if (ef_cpace_begin(&both->begins, code, sid) == -1 ||
		ef_cpace_begin(&both->waits, other_code, sid) == -1) {
		return -1;
	}
	both->first = (ef_cpace_side_t){both->begins.own, here, sizeof(here)};
	both->second = (ef_cpace_side_t){both->waits.own, there, sizeof(there)};
	return ef_cpace_agree(&both->begins, both->waits.own, &both->first, &both->second) == 0 &&
			       ef_cpace_agree(&both->waits, both->begins.own, &both->first,
				       &both->second) == 0
		       ? 0
		       : -1;
}

static void the_same_code_is_proved(void **state)
{
	uint8_t tag[EF_CPACE_TAG];
	both_t both;

	(void)state;
	assert_int_equal(agree(&both, "123456", "123456"), 0);
	ef_cpace_tag(&both.waits, &both.second, tag);
	assert_true(ef_cpace_proves(&both.begins, &both.second, tag));
	ef_cpace_tag(&both.begins, &both.first, tag);
	assert_true(ef_cpace_proves(&both.waits, &both.first, tag));
}

static void another_code_is_not(void **state)
{
	uint8_t tag[EF_CPACE_TAG];
	both_t both;

	(void)state;
	assert_int_equal(agree(&both, "123456", "123457"), 0);
	ef_cpace_tag(&both.waits, &both.second, tag);
	assert_false(ef_cpace_proves(&both.begins, &both.second, tag));
}

/* A machine between the two replaces the public key that one sends. */
static void changed_data_are_not_proved(void **state)
{
	static const uint8_t changed[] = "the b0x";
	uint8_t tag[EF_CPACE_TAG];
	ef_cpace_side_t side;
	both_t both;

	(void)state;
	assert_int_equal(agree(&both, "123456", "123456"), 0);
	side = both.second;
	side.data = changed;
	ef_cpace_tag(&both.waits, &both.second, tag);
	assert_false(ef_cpace_proves(&both.begins, &side, tag));
	assert_int_equal(ef_cpace_agree(&both.begins, both.waits.own, &both.first, &side), 0);
	assert_false(ef_cpace_proves(&both.begins, &side, tag));
}

/* The proof of one side is none of the other: it cannot be sent back. */
static void a_proof_is_not_that_of_the_other_side(void **state)
{
	uint8_t tag[EF_CPACE_TAG];
	both_t both;

	(void)state;
	assert_int_equal(agree(&both, "123456", "123456"), 0);
	ef_cpace_tag(&both.begins, &both.first, tag);
	assert_false(ef_cpace_proves(&both.begins, &both.second, tag));
}

static void what_is_no_point_is_refused(void **state)
{
	static const uint8_t neutral[EF_CPACE_POINT];
	uint8_t none[EF_CPACE_POINT];
	both_t both;

	(void)state;
	memset(none, 0xff, sizeof(none));
	assert_int_equal(agree(&both, "123456", "123456"), 0);
	assert_int_equal(ef_cpace_agree(&both.begins, neutral, &both.first, &both.second), -1);
	assert_int_equal(ef_cpace_agree(&both.begins, none, &both.first, &both.second), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_code_is_proved),
		cmocka_unit_test(another_code_is_not),
		cmocka_unit_test(changed_data_are_not_proved),
		cmocka_unit_test(a_proof_is_not_that_of_the_other_side),
		cmocka_unit_test(what_is_no_point_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
