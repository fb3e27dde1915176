/* Links with a slow reader under both policies, bad bytes, taps. */
#include <czmq.h>

#include "proto/clock.h"
#include "proto/link.h"
#include "tests/unit/unit.h"

#define COUNT 40

static ef_message_t numbered(uint64_t seq)
{
	ef_message_t message = {.head = {.kind = EF_END, .seq = seq, .src = "test"}};

	return message;
}

/* Waits until the output has a peer: under EF_LATEST nothing is kept for one that is not there. */
static void send_until_received(ef_output_t *output, ef_input_t *input)
{
	const char *why;
	ef_message_t message = numbered(0);

	for (int i = 0; i < 200; i++) {
		assert_int_not_equal(ef_output_send(output, &message), -1);
		if (ef_input_receive(input, 20, &message, &why) == 1) {
			while (ef_input_receive(input, 50, &message, &why) == 1) {
			}
			return;
		}
		message = numbered(0);
	}
	fail_msg("the link never came up");
}

static void latest_gives_a_slow_reader_the_newest(void **state)
{
	ef_input_t *input = ef_input_new("ipc:///tmp/effigy-test-latest", EF_LATEST);
	ef_output_t *output = ef_output_new("ipc:///tmp/effigy-test-latest", NULL, EF_LATEST);
	ef_message_t message;
	const char *why;
	int received = 0;

	(void)state;
	send_until_received(output, input);
	for (uint64_t seq = 1; seq <= COUNT; seq++) {
		int64_t before = ef_now_ns();

		message = numbered(seq);
		assert_int_not_equal(ef_output_send(output, &message), -1);
		assert_true(ef_now_ns() - before < 1000000000);
		zclock_sleep(2);
		if (seq % 10 == 0) {
			/* Whatever was sent since the last look is gone but for the newest. */
			zclock_sleep(50);
			assert_int_equal(ef_input_receive(input, 1000, &message, &why), 1);
			assert_int_equal(message.head.seq, seq);
			received++;
		}
	}
	assert_int_equal(received, COUNT / 10);
	assert_int_equal(ef_input_receive(input, 20, &message, &why), 0);
	ef_output_destroy(&output);
	ef_input_destroy(&input);
	assert_int_equal(access("/tmp/effigy-test-latest", F_OK), -1);
}

static void latest_never_blocks_without_a_reader(void **state)
{
	ef_output_t *output = ef_output_new("ipc:///tmp/effigy-test-nobody", NULL, EF_LATEST);
	ef_message_t message = numbered(1);

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(ef_output_send(output, &message), 1);
	}
	ef_output_destroy(&output);
}

static void send_all(zsock_t *pipe, void *argument)
{
	ef_output_t *output = ef_output_new(argument, NULL, EF_ALL);

	zsock_signal(pipe, 0);
	for (uint64_t seq = 0; seq < COUNT; seq++) {
		ef_message_t message = numbered(seq);

		ef_output_send(output, &message);
	}
	ef_output_finish(output);
	ef_output_destroy(&output);
	free(zstr_recv(pipe));
}

static void all_gives_a_slow_reader_everything_in_order(void **state)
{
	char endpoint[] = "ipc:///tmp/effigy-test-all";
	zactor_t *sender = zactor_new(send_all, endpoint);
	ef_input_t *input;
	ef_message_t message;
	const char *why;

	(void)state;
	/* The reader comes late, too. */
	zclock_sleep(100);
	input = ef_input_new(endpoint, EF_ALL);
	for (uint64_t seq = 0; seq < COUNT; seq++) {
		assert_int_equal(ef_input_receive(input, 5000, &message, &why), 1);
		assert_int_equal(message.head.seq, seq);
		zclock_sleep(3);
	}
	ef_input_destroy(&input);
	zactor_destroy(&sender);
}

static void bad_bytes_are_refused_and_the_next_message_served(void **state)
{
	ef_input_t *input = ef_input_new("ipc:///tmp/effigy-test-bad", EF_ALL);
	zsock_t *raw = zsock_new_push(">ipc:///tmp/effigy-test-bad");
	ef_message_t message = numbered(7);
	const char *why = NULL;
	size_t size;
	uint8_t *good = ef_message_encode(&message, &size);

	(void)state;
	zmq_send(zsock_resolve(raw), "\xc1junk", 5, 0);
	zmq_send(zsock_resolve(raw), "", 0, 0);
	zmq_send(zsock_resolve(raw), good, size, ZMQ_SNDMORE);
	zmq_send(zsock_resolve(raw), good, size, 0);
	zmq_send(zsock_resolve(raw), good, size, 0);
	assert_int_equal(ef_input_receive(input, 2000, &message, &why), -1);
	assert_non_null(why);
	assert_int_equal(ef_input_receive(input, 2000, &message, &why), -1);
	assert_int_equal(ef_input_receive(input, 2000, &message, &why), -1);
	assert_string_equal(why, "more than one part");
	assert_int_equal(ef_input_receive(input, 2000, &message, &why), 1);
	assert_int_equal(message.head.seq, 7);
	free(good);
	zsock_destroy(&raw);
	ef_input_destroy(&input);
}

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

static void a_tap_under_all_loses_nothing(void **state)
{
	char endpoint[] = ">ipc:///tmp/effigy-test-tap";
	int received = 0;
	zactor_t *listener = zactor_new(receive_on_tap, endpoint);
	ef_output_t *output = ef_output_new(NULL, "ipc:///tmp/effigy-test-tap", EF_ALL);

	(void)state;
	zsock_send(listener, "p", &received);
	for (uint64_t seq = 0; seq < COUNT; seq++) {
		ef_message_t message = numbered(seq);

		assert_int_equal(ef_output_send(output, &message), 0);
	}
	zsock_wait(listener);
	assert_int_equal(received, COUNT);
	ef_output_finish(output);
	ef_output_destroy(&output);
	zactor_destroy(&listener);
}

static void a_tap_without_listeners_is_free(void **state)
{
	ef_output_t *output = ef_output_new(NULL, "ipc:///tmp/effigy-test-tap2", EF_LATEST);
	ef_message_t message = numbered(1);

	(void)state;
	assert_int_equal(ef_output_send(output, &message), 0);
	ef_output_destroy(&output);
}

static void plain_tcp_that_leaves_is_refused(void **state)
{
	(void)state;
	assert_int_equal(ef_endpoint_check("ipc:///tmp/x", 0), 0);
	assert_int_equal(ef_endpoint_check("@tcp://127.0.0.1:5551", 0), 0);
	assert_int_equal(ef_endpoint_check("tcp://localhost:5551,tcp://[::1]:1", 0), 0);
	assert_int_equal(ef_endpoint_check("tcp://*:5551", 0), -1);
	assert_int_equal(ef_endpoint_check("ipc:///tmp/x,tcp://box:5551", 0), -1);
	assert_int_equal(ef_endpoint_check("tcp://localhost.evil:5551", 0), -1);
	assert_int_equal(ef_endpoint_check("tcp://box:5551", 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latest_gives_a_slow_reader_the_newest),
		cmocka_unit_test(latest_never_blocks_without_a_reader),
		cmocka_unit_test(all_gives_a_slow_reader_everything_in_order),
		cmocka_unit_test(bad_bytes_are_refused_and_the_next_message_served),
		cmocka_unit_test(a_tap_under_all_loses_nothing),
		cmocka_unit_test(a_tap_without_listeners_is_free),
		cmocka_unit_test(plain_tcp_that_leaves_is_refused),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
