/* A listener at a tap: messages of its kind, the end, and messages that it drops. */
#include <czmq.h>

#include "proto/link/listener.h"
#include "tests/unit/unit.h"

#define WAIT_MS 20000 /* timeout for an expected message */

static zsock_t *bind_tap(const char *endpoint)
{
	zsock_t *tap = zsock_new(ZMQ_XPUB);

	assert_int_equal(zsock_attach(tap, endpoint, true), 0);
	return tap;
}

/* Listens at the tap, and waits until the tap knows it. */
static ef_listener_t *listen_to(zsock_t *tap, const char *endpoint, ef_kind_t kind)
{
	ef_listener_t *listener = ef_listener_new(&(ef_link_options_t){
		.endpoint = endpoint, .policy = EF_ALL, .kind = kind, .queue = 10});
	zframe_t *subscription = zframe_recv(tap);

	assert_non_null(listener);
	zframe_destroy(&subscription);
	return listener;
}

static void publish(zsock_t *tap, ef_kind_t kind, uint64_t seq, int flags)
{
	const ef_message_t message = {.head = {.kind = kind, .seq = seq}, .demand = 0};
	size_t size;
	uint8_t *data = ef_message_encode(&message, &size);

	assert_non_null(data);
	assert_int_equal(zmq_send(zsock_resolve(tap), data, size, flags), size);
	free(data);
}

/* Returns the kind of the next message that is not dropped. */
static ef_kind_t next(ef_listener_t *listener, uint64_t *seq)
{
	int64_t deadline = zclock_mono() + WAIT_MS;
	ef_message_t message;
	zmq_msg_t raw;
	int got = 0;

	zmq_msg_init(&raw);
	while (got == 0 && zclock_mono() < deadline) {
		got = ef_listener_receive(listener, 100, &raw, &message);
	}
	zmq_msg_close(&raw);
	assert_int_equal(got, 1);
	*seq = message.head.seq;
	return message.head.kind;
}

static void other_messages_are_dropped(void **state)
{
	const char *endpoint = unit_path("ipc://", "kinds");
	zsock_t *tap = bind_tap(endpoint);
	ef_listener_t *listener = listen_to(tap, endpoint, EF_CONTROL);
	uint64_t seq;

	(void)state;
	publish(tap, EF_RECEIPT, 1, 0);
	zstr_send(tap, "not a message");
	publish(tap, EF_CONTROL, 2, ZMQ_SNDMORE);
	publish(tap, EF_CONTROL, 3, 0);
	publish(tap, EF_CONTROL, 4, 0);
	publish(tap, EF_END, 5, 0);
	assert_int_equal(next(listener, &seq), EF_CONTROL);
	assert_int_equal(seq, 4);
	assert_int_equal(next(listener, &seq), EF_END);
	ef_listener_destroy(&listener);
	assert_null(listener);
	zsock_destroy(&tap);
}

static void any_kind_is_received(void **state)
{
	const char *endpoint = unit_path("ipc://", "any");
	zsock_t *tap = bind_tap(endpoint);
	ef_listener_t *listener = listen_to(tap, endpoint, EF_ANY_KIND);
	uint64_t seq;

	(void)state;
	publish(tap, EF_RECEIPT, 1, 0);
	publish(tap, EF_CONTROL, 2, 0);
	assert_int_equal(next(listener, &seq), EF_RECEIPT);
	assert_int_equal(next(listener, &seq), EF_CONTROL);
	ef_listener_destroy(&listener);
	zsock_destroy(&tap);
}

static void impossible_endpoint_is_an_error(void **state)
{
	(void)state;
	assert_null(ef_listener_new(&(ef_link_options_t){.endpoint = "nothing://here"}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_messages_are_dropped),
		cmocka_unit_test(any_kind_is_received),
		cmocka_unit_test(impossible_endpoint_is_an_error),
	};

	return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
