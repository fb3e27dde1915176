#include "tests/unit/unit.h"

#include <stdlib.h>

#include "monitor/join.h"

static int alive; /* items that somebody still has to free */

static void free_item(void *item)
{
	alive--;
	free(item);
}

static void put(ef_join_t *join, ef_join_side_t side, uint64_t seq)
{
	uint64_t *item = malloc(sizeof(*item));

	*item = seq;
	alive++;
	ef_join_put(join, side, seq, item);
}

/* Frees both, having looked at them; face 0 stands for none. */
static void assert_pair(void *frame, void *face, uint64_t frame_seq, uint64_t face_seq)
{
	assert_int_equal(*(uint64_t *)frame, frame_seq);
	free_item(frame);
	if (face_seq == 0) {
		assert_null(face);
		return;
	}
	assert_non_null(face);
	assert_int_equal(*(uint64_t *)face, face_seq);
	free_item(face);
}

static void assert_next(ef_join_t *join, uint64_t frame_seq, uint64_t face_seq)
{
	void *frame = NULL, *face = NULL;

	assert_int_equal(ef_join_next(join, &frame, &face), 1);
	assert_pair(frame, face, frame_seq, face_seq);
}

static void assert_no_next(ef_join_t *join, int result)
{
	void *frame = NULL, *face = NULL;

	assert_int_equal(ef_join_next(join, &frame, &face), result);
}

static void in_order(void **state)
{
	ef_join_t *join = ef_join_new(8, free_item);

	(void)state;
	put(join, EF_JOIN_FRAME, 1);
	put(join, EF_JOIN_FRAME, 2);
	assert_no_next(join, 0);
	put(join, EF_JOIN_FACE, 1);
	assert_next(join, 1, 1);
	assert_no_next(join, 0);
	put(join, EF_JOIN_FACE, 2);
	assert_next(join, 2, 2);
	ef_join_end(join, EF_JOIN_FRAME);
	assert_no_next(join, 0);
	ef_join_end(join, EF_JOIN_FACE);
	assert_no_next(join, -1);
	ef_join_destroy(&join);
	assert_int_equal(alive, 0);
}

/* Two trackers share the frames: the second's face may overtake the first's. */
static void out_of_order(void **state)
{
	ef_join_t *join = ef_join_new(8, free_item);

	(void)state;
	put(join, EF_JOIN_FRAME, 1);
	put(join, EF_JOIN_FRAME, 2);
	put(join, EF_JOIN_FACE, 2);
	assert_no_next(join, 0);
	put(join, EF_JOIN_FACE, 1);
	assert_next(join, 1, 1);
	assert_next(join, 2, 2);
	ef_join_destroy(&join);
	assert_int_equal(alive, 0);
}

/* The tracker has dropped a broken frame. */
static void missing_face(void **state)
{
	ef_join_t *join = ef_join_new(8, free_item);

	(void)state;
	for (uint64_t seq = 1; seq <= 5; seq++) {
		put(join, EF_JOIN_FRAME, seq);
	}
	for (uint64_t seq = 2; seq <= 4; seq++) {
		put(join, EF_JOIN_FACE, seq);
		assert_no_next(join, 0);
	}
	put(join, EF_JOIN_FACE, 5);
	assert_next(join, 1, 0);
	assert_next(join, 2, 2);
	ef_join_destroy(&join);
	assert_int_equal(alive, 0);
}

static void missing_frame(void **state)
{
	ef_join_t *join = ef_join_new(2, free_item);

	(void)state;
	put(join, EF_JOIN_FACE, 1);
	put(join, EF_JOIN_FACE, 2);
	assert_false(ef_join_has_room(join, EF_JOIN_FACE));
	assert_true(ef_join_has_room(join, EF_JOIN_FRAME));
	put(join, EF_JOIN_FRAME, 2);
	assert_next(join, 2, 2);
	assert_int_equal(alive, 0);
	assert_true(ef_join_has_room(join, EF_JOIN_FACE));
	ef_join_destroy(&join);
	assert_int_equal(alive, 0);
}

static void faces_end_first(void **state)
{
	ef_join_t *join = ef_join_new(8, free_item);

	(void)state;
	put(join, EF_JOIN_FRAME, 1);
	put(join, EF_JOIN_FRAME, 2);
	put(join, EF_JOIN_FACE, 1);
	ef_join_end(join, EF_JOIN_FACE);
	assert_next(join, 1, 1);
	assert_next(join, 2, 0);
	assert_no_next(join, 0);
	put(join, EF_JOIN_FACE, 9);
	ef_join_end(join, EF_JOIN_FRAME);
	assert_no_next(join, -1);
	ef_join_destroy(&join);
	assert_int_equal(alive, 0);
}

static void newest(void **state)
{
	ef_join_t *join = ef_join_new(8, free_item);
	void *frame = NULL, *face = NULL;

	(void)state;
	for (uint64_t seq = 1; seq <= 5; seq++) {
		put(join, EF_JOIN_FRAME, seq);
	}
	assert_int_equal(ef_join_newest(join, &frame, &face), 0);
	put(join, EF_JOIN_FACE, 2);
	put(join, EF_JOIN_FACE, 4);
	assert_int_equal(ef_join_newest(join, &frame, &face), 1);
	assert_pair(frame, face, 4, 4);
	/* What was older has gone; frame 5 waits. */
	assert_int_equal(alive, 1);
	assert_int_equal(ef_join_newest(join, &frame, &face), 0);
	ef_join_destroy(&join);
	assert_int_equal(alive, 0);
}

static void newest_without_tracker(void **state)
{
	ef_join_t *join = ef_join_new(4, free_item);
	void *frame = NULL, *face = NULL;

	(void)state;
	for (uint64_t seq = 1; seq <= 4; seq++) {
		assert_int_equal(ef_join_newest(join, &frame, &face), 0);
		put(join, EF_JOIN_FRAME, seq);
	}
	face = &frame; /* of an earlier call */
	assert_int_equal(ef_join_newest(join, &frame, &face), 1);
	assert_pair(frame, face, 4, 0);
	assert_int_equal(alive, 0);
	ef_join_destroy(&join);
}

static void full(void **state)
{
	ef_join_t *join = ef_join_new(2, free_item);

	(void)state;
	put(join, EF_JOIN_FRAME, 1);
	put(join, EF_JOIN_FRAME, 2);
	put(join, EF_JOIN_FRAME, 3);
	assert_int_equal(alive, 2);
	put(join, EF_JOIN_FACE, 2);
	assert_next(join, 2, 2);
	ef_join_destroy(&join);
	assert_int_equal(alive, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(out_of_order),
		cmocka_unit_test(missing_face),
		cmocka_unit_test(missing_frame),
		cmocka_unit_test(faces_end_first),
		cmocka_unit_test(newest),
		cmocka_unit_test(newest_without_tracker),
		cmocka_unit_test(full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
