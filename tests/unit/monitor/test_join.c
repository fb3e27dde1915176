#include "tests/unit/unit.h"

#include <stdlib.h>

#include "monitor/join.h"

static int alive; /* items not yet freed */

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

/* Checks and frees both; face 0 stands for none. */
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

static void pairs_in_order(void **state)
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

/* When two trackers share the frames, the second's face may arrive before the first's. */
static void pairs_out_of_order_faces(void **state)
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

/* The tracker has dropped a frame that it could not decode. */
static void missing_face_gives_null(void **state)
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

static void missing_frame_drops_the_face(void **state)
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

static void faces_may_end_first(void **state)
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

static void newest_pair_is_given(void **state)
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
	/* Older frames were dropped; frame 5 waits for its face. */
	assert_int_equal(alive, 1);
	assert_int_equal(ef_join_newest(join, &frame, &face), 0);
	ef_join_destroy(&join);
	assert_int_equal(alive, 0);
}

static void newest_without_faces(void **state)
{
	ef_join_t *join = ef_join_new(4, free_item);
	void *frame = NULL, *face = NULL;

	(void)state;
	for (uint64_t seq = 1; seq <= 4; seq++) {
		assert_int_equal(ef_join_newest(join, &frame, &face), 0);
		put(join, EF_JOIN_FRAME, seq);
	}
	face = &frame; /* left from an earlier call */
	assert_int_equal(ef_join_newest(join, &frame, &face), 1);
	assert_pair(frame, face, 4, 0);
	assert_int_equal(alive, 0);
	ef_join_destroy(&join);
}

static void full_side_drops_the_oldest(void **state)
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
		cmocka_unit_test(pairs_in_order),
		cmocka_unit_test(pairs_out_of_order_faces),
		cmocka_unit_test(missing_face_gives_null),
		cmocka_unit_test(missing_frame_drops_the_face),
		cmocka_unit_test(faces_may_end_first),
		cmocka_unit_test(newest_pair_is_given),
		cmocka_unit_test(newest_without_faces),
		cmocka_unit_test(full_side_drops_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
