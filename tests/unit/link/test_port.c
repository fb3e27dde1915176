/* The input with invalid bytes and hostile peers. */
#include <arpa/inet.h>
#include <czmq.h>

#include "tests/unit/link/link_ends.h"
#include "tests/unit/unit.h"

static void send_bad_then_good(zsock_t *raw, uint64_t seq)
{
	ef_message_t message = unit_message(seq);
	size_t size;
	uint8_t *good = ef_message_encode(&message, &size);
	void *socket = zsock_resolve(raw);

	zmq_send(socket, "\xc1junk", 5, 0);
	zmq_send(socket, "", 0, 0);
	zmq_send(socket, good, size, ZMQ_SNDMORE);
	zmq_send(socket, good, size, 0);
	zmq_send(socket, good, size, 0);
	free(good);
}

static void bad_messages_are_refused_and_the_next_one_is_read(void **state)
{
	static const ef_policy_t policies[] = {EF_ALL, EF_LATEST};

	(void)state;
	for (int i = 0; i < 2; i++) {
		ef_input_t *input = unit_input(unit_path("ipc://", "bad"), policies[i]);
		zsock_t *raw = zsock_new(ZMQ_PUSH);
		ef_message_t message;
		uint64_t refused = 0;

		assert_int_equal(zsock_attach(raw, unit_path("ipc://", "bad"), false), 0);
		send_bad_then_good(raw, 7);
		refused = unit_receive(input, &message);
		assert_int_equal(message.head.seq, 7);
		assert_int_equal(refused, 3);
		zsock_destroy(&raw);
		ef_input_destroy(&input);
	}
}

static void bad_message_does_not_replace_a_good_one(void **state)
{
	ef_input_t *input = unit_input(unit_path("ipc://", "place"), EF_LATEST);
	zsock_t *raw = zsock_new(ZMQ_PUSH);
	ef_message_t message = unit_message(3);
	size_t size;
	uint8_t *good = ef_message_encode(&message, &size);

	(void)state;
	assert_int_equal(zsock_attach(raw, unit_path("ipc://", "place"), false), 0);
	zmq_send(zsock_resolve(raw), good, size, 0);
	zmq_send(zsock_resolve(raw), "junk", 4, 0);
	zmq_send(zsock_resolve(raw), good, size, ZMQ_SNDMORE);
	zmq_send(zsock_resolve(raw), "junk", 4, 0);
	zclock_sleep(300);
	unit_receive(input, &message);
	assert_int_equal(message.head.seq, 3);
	free(good);
	zsock_destroy(&raw);
	ef_input_destroy(&input);
}

/* ZMTP 1.0, whose greeting is a message: an empty part, and one that announces more parts. */
static void five_bytes_over_tcp_do_not_stop_the_input(void **state)
{
	char endpoint[64];
	int port = unit_free_port();
	ef_input_t *input;
	ef_output_t *output;

	(void)state;
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
	input = unit_input(endpoint, EF_LATEST);
	for (int i = 0; i < 10; i++) {
		int fd = unit_connect(port);

		assert_int_equal(write(fd, "\x01\x00\x02\x01\x41", 5), 5);
		assert_int_equal(write(fd, "\x02\x00\x41\x02\x01\x41", 6), 6);
		zclock_sleep(20);
		close(fd);
	}
	output = unit_output(endpoint, EF_LATEST);
	unit_send_until_received(output, input);
	ef_output_destroy(&output);
	ef_input_destroy(&input);
}

/* True once the peer has closed the connection. */
static int is_closed(int fd)
{
	char bytes[512];
	ssize_t got;

	while ((got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
	}
	return got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

static void connections_are_limited_and_an_active_sender_stays_connected(void **state)
{
	char endpoint[64];
	int port = unit_free_port(), fds[40], open = 40;
	ef_input_t *input;
	ef_output_t *output;
	ef_message_t message;
	int64_t deadline;

	(void)state;
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
	input = unit_input(endpoint, EF_LATEST);
	output = unit_output(endpoint, EF_LATEST);
	unit_send_until_received(output, input);
	for (int i = 0; i < 40; i++) {
		fds[i] = unit_connect(port);
	}
	/* Silent connections are closed after the handshake timeout. */
	deadline = zclock_mono() + UNIT_WAIT_MS;
	for (uint64_t seq = 1; open > 0 && zclock_mono() < deadline; seq++) {
		message = unit_message(seq);
		assert_int_equal(ef_output_send(output, &message), 0);
		unit_receive(input, &message);
		open = 0;
		for (int i = 0; i < 40; i++) {
			open += !is_closed(fds[i]);
		}
	}
	assert_int_equal(open, 0);
	for (int i = 0; i < 40; i++) {
		close(fds[i]);
	}
	ef_output_destroy(&output);
	ef_input_destroy(&input);
}

/* Sends parts of three bytes, of one message, without end, until the input closes the connection. */
static void flood(int fd, ef_input_t *input, const char *part)
{
	char parts[3000];
	ef_message_t message;
	ef_refused_t refused;
	struct rusage before;
	int64_t deadline = zclock_mono() + UNIT_WAIT_MS;

	for (size_t i = 0; i < sizeof(parts); i += 3) {
		memcpy(parts + i, part, 3);
	}
	getrusage(RUSAGE_SELF, &before);
	while (!is_closed(fd) && zclock_mono() < deadline) {
		send(fd, parts, sizeof(parts), MSG_NOSIGNAL | MSG_DONTWAIT);
		assert_int_equal(ef_input_receive(input, 1, &message, &refused), 0);
	}
	assert_true(is_closed(fd));
	assert_true(unit_growth(&before) < 500000);
	close(fd);
}

static void endless_message_parts_close_the_connection(void **state)
{
	char endpoint[64];
	int port = unit_free_port(), fd;
	ef_input_t *input;

	(void)state;
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
	input = unit_input(endpoint, EF_LATEST);
	fd = unit_connect(port);
	assert_int_equal(write(fd, "\x01\x00", 2), 2); /* ZMTP 1.0 */
	flood(fd, input, "\x02\x01\x41");
	ef_input_destroy(&input);
}

/* The greeting of ZMTP 3.0 without security, and the command READY of a PUSH socket. */
static void shake_hands(int fd)
{
	static const char ready[] = "\x04\x1a\x05READY\x0bSocket-Type\0\0\0\4PUSH";
	char greeting[64] = "\xff\0\0\0\0\0\0\0\0\x7f\x03\0NULL", answer[64 + 28];

	assert_int_equal(write(fd, greeting, sizeof(greeting)), sizeof(greeting));
	assert_int_equal(write(fd, ready, sizeof(ready) - 1), sizeof(ready) - 1);
	assert_int_equal(recv(fd, answer, sizeof(answer), MSG_WAITALL), sizeof(answer));
}

/* Where the reader connects, its sender is limited, too. */
static void endless_message_parts_close_the_readers_own_connection(void **state)
{
	char endpoint[64];
	int port = unit_free_port(), server = socket(AF_INET, SOCK_STREAM, 0), fd;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	ef_input_t *input;

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(server, 1), 0);
	snprintf(endpoint, sizeof(endpoint), ">tcp://127.0.0.1:%d", port);
	input = unit_input(endpoint, EF_LATEST);
	fd = accept(server, NULL, NULL);
	shake_hands(fd);
	flood(fd, input, "\x01\x01\x41");
	close(server);
	ef_input_destroy(&input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_messages_are_refused_and_the_next_one_is_read),
		cmocka_unit_test(bad_message_does_not_replace_a_good_one),
		cmocka_unit_test(five_bytes_over_tcp_do_not_stop_the_input),
		cmocka_unit_test(connections_are_limited_and_an_active_sender_stays_connected),
		cmocka_unit_test(endless_message_parts_close_the_connection),
		cmocka_unit_test(endless_message_parts_close_the_readers_own_connection),
	};

	return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}
