/* Messages of several workers in the order of their seq. */
#include <stdlib.h>
#include <string.h>

#include "proto/link/deal/deal.h"
#include "proto/link/deal/order.h"
#include "tests/unit/unit.h"

static int put(ef_order_t *order, uint64_t seq)
{
	zmq_msg_t message;
	int result;

	zmq_msg_init_size(&message, sizeof(seq));
	memcpy(zmq_msg_data(&message), &seq, sizeof(seq));
	result = ef_order_put(order, &message, seq);
	/* Its bytes are taken, or still the caller's. */
	assert_int_equal(zmq_msg_size(&message), result ? 0 : sizeof(seq));
	zmq_msg_close(&message);
	return result;
}

/* The seq of the next message, or -1. */
static int64_t take(ef_order_t *order)
{
	uint64_t seq = 0;
	zmq_msg_t message;

	zmq_msg_init(&message);
	if (!ef_order_take(order, &message)) {
		zmq_msg_close(&message);
		return -1;
	}
	memcpy(&seq, zmq_msg_data(&message), sizeof(seq));
	zmq_msg_close(&message);
	return (int64_t)seq;
}

static void later_ones_wait_for_the_missing_one(void **state)
{
	ef_order_t *order = ef_order_new(2);

	(void)state;
	assert_int_equal(put(order, 1), 1);
	assert_int_equal(put(order, 3), 1);
	assert_int_equal(take(order), -1);
	assert_int_equal(put(order, 0), 1);
	assert_int_equal(take(order), 0);
	assert_int_equal(take(order), 1);
	assert_int_equal(take(order), -1);
	assert_int_equal(put(order, 2), 1);
	assert_int_equal(take(order), 2);
	assert_int_equal(take(order), 3);
	ef_order_destroy(&order);
}

static void what_came_before_is_dropped(void **state)
{
	ef_order_t *order = ef_order_new(2);

	(void)state;
	assert_int_equal(put(order, 0), 1);
	assert_int_equal(put(order, 2), 1);
	assert_int_equal(put(order, 2), 0); /* still held */
	assert_int_equal(take(order), 0);
	assert_int_equal(put(order, 0), 0); /* taken already */
	assert_int_equal(put(order, 1), 1);
	assert_int_equal(take(order), 1);
	assert_int_equal(take(order), 2);
	assert_int_equal(take(order), -1);
	ef_order_destroy(&order);
}

/* A recording may begin anywhere, and have gaps. */
static void one_that_never_comes_is_waited_for_up_to_a_limit(void **state)
{
	ef_order_t *order = ef_order_new(2);
	uint64_t room = (uint64_t)ef_deal_ahead(2);

	(void)state;
	for (uint64_t seq = 100; seq < 100 + room - 1; seq++) {
		assert_int_equal(put(order, seq), 1);
		assert_int_equal(take(order), -1);
	}
	assert_int_equal(put(order, 1000), 1);
	for (uint64_t seq = 100; seq < 100 + room - 1; seq++) {
		assert_int_equal(take(order), seq);
	}
	assert_int_equal(take(order), -1);
	ef_order_destroy(&order);
}

static void after_the_end_none_is_waited_for(void **state)
{
	ef_order_t *order = ef_order_new(2);
	uint64_t last = 3; /* an EF_END may have any seq */
	zmq_msg_t end;

	(void)state;
	assert_int_equal(put(order, 5), 1);
	assert_int_equal(put(order, 7), 1);
	zmq_msg_init_size(&end, sizeof(last));
	memcpy(zmq_msg_data(&end), &last, sizeof(last));
	ef_order_end(order, &end);
	zmq_msg_close(&end);
	assert_int_equal(put(order, 6), 0);
	assert_int_equal(take(order), 5);
	assert_int_equal(take(order), 7);
	assert_int_equal(take(order), 3);
	assert_int_equal(take(order), -1);
	ef_order_destroy(&order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(later_ones_wait_for_the_missing_one),
		cmocka_unit_test(what_came_before_is_dropped),
		cmocka_unit_test(one_that_never_comes_is_waited_for_up_to_a_limit),
		cmocka_unit_test(after_the_end_none_is_waited_for),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
