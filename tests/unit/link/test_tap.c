/* Taps: back-pressure, no listeners, leaving and greedy listeners. */
#include <czmq.h>

#include "tests/unit/link/link_ends.h"
#include "tests/unit/unit.h"

#define COUNT 40

static void receive_on_tap(zsock_t *pipe, void *argument)
{
	zsock_t *socket = zsock_new_sub(argument, "");
	int *received = NULL;

	zsock_signal(pipe, 0);
	zsock_recv(pipe, "p", &received);
	zsock_set_rcvtimeo(socket, 1000);
	for (zframe_t *frame = zframe_recv(socket); frame; frame = zframe_recv(socket)) {
		++*received;
		zclock_sleep(3);
		zframe_destroy(&frame);
	}
	zsock_destroy(&socket);
	zsock_signal(pipe, 0);
}

static void tap_under_all_loses_nothing(void **state)
{
	char endpoint[128];
	int received = 0;
	zactor_t *listener;
	ef_output_t *output;

	(void)state;
	snprintf(endpoint, sizeof(endpoint), ">%s", unit_path("ipc://", "tap"));
	listener = zactor_new(receive_on_tap, endpoint);
	output = unit_tap(unit_path("ipc://", "tap"), EF_ALL);
	zsock_send(listener, "p", &received);
	for (uint64_t seq = 0; seq < COUNT; seq++) {
		ef_message_t message = unit_message(seq);

		assert_int_equal(ef_output_send(output, &message), 0);
	}
	assert_int_equal(ef_output_finish(output), 0);
	zsock_wait(listener);
	assert_int_equal(received, COUNT);
	ef_output_destroy(&output);
	zactor_destroy(&listener);
}

static void tap_without_listeners_does_not_block(void **state)
{
	ef_output_t *output = unit_tap(unit_path("ipc://", "free"), EF_LATEST);
	ef_message_t message = unit_message(1);

	(void)state;
	assert_int_equal(ef_output_send(output, &message), 0);
	ef_output_destroy(&output);
}

/* Sends until the listener has received a new message. */
static void assert_hears(zsock_t *listener, ef_output_t *output, uint64_t seq)
{
	int64_t deadline = zclock_mono() + UNIT_WAIT_MS;

	while (zclock_mono() < deadline) {
		ef_message_t message = unit_message(seq), got;
		zframe_t *frame;
		const char *why;
		int heard;

		ef_output_send(output, &message);
		frame = zframe_recv(listener);
		if (frame == NULL) {
			continue;
		}
		heard = ef_message_decode(&got, zframe_data(frame), zframe_size(frame), &why) ==
				0 &&
			got.head.seq == seq;
		zframe_destroy(&frame);
		if (heard) {
			return;
		}
	}
	fail_msg("the listener hears nothing");
}

static zsock_t *new_listener(const char *endpoint, const char *prefix)
{
	zsock_t *socket = zsock_new(ZMQ_SUB);

	zsock_set_rcvtimeo(socket, 20);
	zsock_set_reconnect_ivl(socket, 20);
	if (prefix != NULL) {
		zsock_set_subscribe(socket, prefix);
	}
	assert_int_equal(zsock_attach(socket, endpoint, false), 0);
	return socket;
}

static void leaving_listener_does_not_affect_others(void **state)
{
	ef_output_t *output = unit_tap(unit_path("ipc://", "others"), EF_LATEST);
	zsock_t *steady = new_listener(unit_path("ipc://", "others"), "");
	zsock_t *other = new_listener(unit_path("ipc://", "others"), "x");
	zsock_t *liar = zsock_new(ZMQ_XSUB);

	(void)state;
	assert_hears(steady, output, 1);
	zsock_destroy(&other);
	zclock_sleep(100);
	assert_hears(steady, output, 2);
	/* It ends a subscription that never existed. */
	assert_int_equal(zsock_attach(liar, unit_path("ipc://", "others"), false), 0);
	assert_int_not_equal(zmq_send(zsock_resolve(liar), "\0", 1, 0), -1);
	assert_int_not_equal(zmq_send(zsock_resolve(liar), "\0x", 2, 0), -1);
	zclock_sleep(100);
	assert_hears(steady, output, 3);
	zsock_destroy(&liar);
	zsock_destroy(&steady);
	ef_output_destroy(&output);
}

static void subscriptions_are_limited(void **state)
{
	ef_output_t *output = unit_tap(unit_path("ipc://", "many"), EF_LATEST);
	zsock_t *steady = new_listener(unit_path("ipc://", "many"), "");
	zsock_t *greedy = new_listener(unit_path("ipc://", "many"), NULL);
	struct rusage before;
	char prefix[512];

	(void)state;
	assert_hears(steady, output, 1);
	getrusage(RUSAGE_SELF, &before);
	memset(prefix, 'p', sizeof(prefix));
	for (int i = 0; i < 20000; i++) {
		ef_message_t message = unit_message(2);

		snprintf(prefix, 16, "%d", i);
		prefix[strlen(prefix)] = '-';
		prefix[sizeof(prefix) - 1] = '\0';
		zsock_set_subscribe(greedy, prefix);
		if (i % 50 == 0) {
			ef_output_send(output, &message);
		}
	}
	zsock_destroy(&greedy);
	assert_hears(steady, output, 3);
	/* This includes the memory of the greedy listener itself. */
	assert_true(unit_growth(&before) < 400000);
	zsock_destroy(&steady);
	ef_output_destroy(&output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tap_under_all_loses_nothing),
		cmocka_unit_test(tap_without_listeners_does_not_block),
		cmocka_unit_test(leaving_listener_does_not_affect_others),
		cmocka_unit_test(subscriptions_are_limited),
	};

	return cmocka_run_group_tests_name("tap", tests, NULL, NULL);
}
