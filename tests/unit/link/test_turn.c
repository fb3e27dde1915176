/* Live messages of several workers never go back in time. */
#include "proto/link/deal/turn.h"

#include <stdio.h>

#include "tests/unit/unit.h"

#define MS INT64_C(1000000)

static ef_head_t head(int64_t t_ms, const char *src, size_t hops)
{
	ef_head_t head = {.kind = EF_RENDER, .t = t_ms * MS, .hops = hops};

	snprintf(head.src, sizeof(head.src), "%s", src);
	return head;
}

static int take(ef_turn_t *turn, int64_t t_ms, int64_t now_ms)
{
	ef_head_t one = head(t_ms, "here", 4);

	return ef_turn_take(turn, &one, now_ms);
}

static void what_comes_late_is_dropped(void **state)
{
	ef_turn_t turn = {0};

	(void)state;
	assert_true(take(&turn, 1000, 0));
	assert_true(take(&turn, 1066, 10));
	assert_false(take(&turn, 1033, 11));
	assert_true(take(&turn, 1066, 12)); /* a picture may be shown twice */
	assert_true(take(&turn, 1100, 13));
}

static void another_source_is_no_late_one(void **state)
{
	ef_turn_t turn = {0};
	ef_head_t other = head(5, "there", 4);

	(void)state;
	assert_true(take(&turn, 100000, 0));
	assert_true(take(&turn, 0, 10)); /* a recording starts again */
	assert_true(take(&turn, 33, 20));
	assert_true(ef_turn_take(&turn, &other, 30));
}

static void a_worker_without_work_is_not_shown_while_others_work(void **state)
{
	ef_turn_t turn = {0};
	ef_head_t rest = head(5000, "here", 1);

	(void)state;
	assert_true(ef_turn_take(&turn, &rest, 0));
	assert_true(take(&turn, 1000, 10));
	assert_false(ef_turn_take(&turn, &rest, 20));
	assert_true(take(&turn, 1033, 30));
	assert_true(ef_turn_take(&turn, &rest, 5000));
	assert_true(take(&turn, 1066, 5010));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_late_is_dropped),
		cmocka_unit_test(another_source_is_no_late_one),
		cmocka_unit_test(a_worker_without_work_is_not_shown_while_others_work),
	};

	return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
