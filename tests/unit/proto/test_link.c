/* Links with a slow reader under both policies, the end of a stream, invalid bytes, hostile
 * peers. */
#include <arpa/inet.h>
#include <czmq.h>
#include <sys/resource.h>

#include "proto/base/clock.h"
#include "proto/link/link.h"
#include "proto/link/peers.h"
#include "tests/unit/unit.h"

#define COUNT 40
#define WINDOW 8 /* SPEC.md: unread messages of a reader with receipts */
#define WAIT_MS 20000 /* timeout for an expected event */

/* Growth of this program's memory since, in kB; the sanitizers keep freed memory. */
static long grown_since(const struct rusage *before)
{
#ifdef __SANITIZE_ADDRESS__
	(void)before;
	return 0;
#else
	struct rusage now;

	getrusage(RUSAGE_SELF, &now);
	return now.ru_maxrss - before->ru_maxrss;
#endif
}

static char folder[] = "/tmp/effigy-test-link.XXXXXX";

/* An endpoint of this program; its text stays valid for three more calls. */
static const char *ipc(const char *name)
{
	static char texts[4][128];
	static int next;
	char *text = texts[next++ % 4];

	snprintf(text, sizeof(texts[0]), "ipc://%s/%s", folder, name);
	return text;
}

static int free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	close(fd);
	return ntohs(address.sin_port);
}

static int connect_tcp(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static ef_message_t numbered(uint64_t seq)
{
	ef_message_t message = {
		.head = {.kind = EF_CONTROL, .seq = seq, .src = "test"}, .demand = 1};

	return message;
}

static ef_message_t end(uint64_t seq)
{
	ef_message_t message = {.head = {.kind = EF_END, .seq = seq, .src = "test"}};

	return message;
}

static ef_input_t *new_input(const char *endpoint, ef_policy_t policy)
{
	return ef_input_new(
		&(ef_link_options_t){.endpoint = endpoint, .policy = policy, .kind = EF_CONTROL});
}

static ef_output_t *new_output(const char *endpoint, ef_policy_t policy)
{
	return ef_output_new(&(ef_link_options_t){.endpoint = endpoint, .policy = policy});
}

static ef_output_t *new_tap(const char *endpoint, ef_policy_t policy)
{
	return ef_output_new(&(ef_link_options_t){.tap = endpoint, .policy = policy});
}

/* Receives the next message; fails after WAIT_MS. Returns the number refused meanwhile. */
static uint64_t receive(ef_input_t *input, ef_message_t *message)
{
	int64_t deadline = zclock_mono() + WAIT_MS;
	uint64_t refusals = 0;

	while (zclock_mono() < deadline) {
		ef_refused_t refused;
		int got = ef_input_receive(input, 100, message, &refused);

		refusals += refused.count;
		if (got == 1) {
			return refusals;
		}
	}
	fail_msg("no message came");
	return 0;
}

/* Sends until one arrives: under EF_LATEST nothing is queued without a reader. */
static void send_until_received(ef_output_t *output, ef_input_t *input)
{
	ef_message_t message = numbered(0), got;
	ef_refused_t refused;

	for (int i = 0; i < 1000; i++) {
		assert_int_not_equal(ef_output_send(output, &message), -1);
		if (ef_input_receive(input, 20, &got, &refused) == 1) {
			while (ef_input_receive(input, 50, &got, &refused) == 1) {
			}
			return;
		}
	}
	fail_msg("the link never came up");
}

static void latest_gives_a_slow_reader_the_newest_message(void **state)
{
	ef_input_t *input = new_input(ipc("latest"), EF_LATEST);
	ef_output_t *output = new_output(ipc("latest"), EF_LATEST);
	ef_message_t message;
	ef_refused_t refused;

	(void)state;
	send_until_received(output, input);
	for (uint64_t seq = 1; seq <= COUNT; seq++) {
		message = numbered(seq);
		assert_int_not_equal(ef_output_send(output, &message), -1);
		zclock_sleep(2);
		if (seq % 10 == 0) {
			/* Of the messages sent since the last read, only the newest is left. */
			int64_t deadline = zclock_mono() + WAIT_MS;

			do {
				receive(input, &message);
			} while (message.head.seq != seq && zclock_mono() < deadline);
			assert_int_equal(message.head.seq, seq);
		}
	}
	assert_int_equal(ef_input_receive(input, 20, &message, &refused), 0);
	ef_output_destroy(&output);
	ef_input_destroy(&input);
	assert_int_equal(access(ipc("latest") + strlen("ipc://"), F_OK), -1);
}

static void latest_skips_messages_queued_while_the_stage_worked(void **state)
{
	ef_input_t *input = new_input(ipc("skip"), EF_LATEST);
	ef_output_t *output = new_output(ipc("skip"), EF_LATEST);
	ef_message_t message;

	(void)state;
	send_until_received(output, input);
	for (uint64_t seq = 1; seq <= COUNT; seq++) {
		message = numbered(seq);
		assert_int_not_equal(ef_output_send(output, &message), -1);
		zclock_sleep(5);
	}
	zclock_sleep(500);
	receive(input, &message);
	assert_int_equal(message.head.seq, COUNT);
	ef_output_destroy(&output);
	ef_input_destroy(&input);
}

static void latest_never_blocks_without_a_reader(void **state)
{
	ef_output_t *output = new_output(ipc("nobody"), EF_LATEST);
	ef_message_t message = numbered(1);

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(ef_output_send(output, &message), 1);
	}
	ef_output_destroy(&output);
}

/* The sender of a link under EF_ALL, in its own thread. */

typedef struct {
	const char *endpoint;
	uint64_t count;
	_Atomic uint64_t sent;
	int finished; /* result of ef_output_finish, or -2 when sending failed */
} sender_t;

static void send_all(zsock_t *pipe, void *argument)
{
	sender_t *sender = argument;
	ef_output_t *output = new_output(sender->endpoint, EF_ALL);
	ef_message_t message;

	zsock_signal(pipe, 0);
	sender->finished = -2;
	for (uint64_t seq = 0; seq < sender->count; seq++) {
		message = numbered(seq);
		if (ef_output_send(output, &message) == -1) {
			goto done;
		}
		sender->sent++;
	}
	message = end(sender->count);
	if (ef_output_send(output, &message) != -1) {
		sender->finished = ef_output_finish(output);
	}
done:
	ef_output_destroy(&output);
	zsock_signal(pipe, 1);
	free(zstr_recv(pipe));
}

static void all_gives_a_slow_reader_every_message_in_order(void **state)
{
	sender_t sender = {.endpoint = ipc("all"), .count = COUNT};
	zactor_t *actor = zactor_new(send_all, &sender);
	ef_input_t *input;
	ef_message_t message;

	(void)state;
	/* The reader connects late, too. */
	zclock_sleep(100);
	input = new_input(ipc("all"), EF_ALL);
	for (uint64_t seq = 0; seq < COUNT; seq++) {
		receive(input, &message);
		assert_int_equal(message.head.seq, seq);
		zclock_sleep(3);
		/* The number of unread messages is limited. */
		assert_in_range(sender.sent, seq + 1, seq + 1 + WINDOW);
	}
	receive(input, &message);
	assert_int_equal(message.head.kind, EF_END);
	zsock_wait(actor);
	assert_int_equal(sender.finished, 0);
	ef_input_destroy(&input);
	zactor_destroy(&actor);
}

static void sender_fails_when_its_reader_exits_early(void **state)
{
	sender_t sender = {.endpoint = ipc("early"), .count = COUNT};
	ef_input_t *input = new_input(ipc("early"), EF_ALL);
	zactor_t *actor = zactor_new(send_all, &sender);
	ef_message_t message;

	(void)state;
	for (int i = 0; i < COUNT / 2; i++) {
		receive(input, &message);
	}
	ef_input_destroy(&input);
	zsock_wait(actor);
	assert_int_equal(sender.finished, -2);
	zactor_destroy(&actor);
}

static void sender_fails_when_its_reader_exits_before_the_end_message(void **state)
{
	sender_t sender = {.endpoint = ipc("last"), .count = 3};
	ef_input_t *input = new_input(ipc("last"), EF_ALL);
	zactor_t *actor = zactor_new(send_all, &sender);
	ef_message_t message;

	(void)state;
	for (int i = 0; i < 3; i++) {
		receive(input, &message);
	}
	zclock_sleep(200); /* the end message was sent */
	ef_input_destroy(&input);
	zsock_wait(actor);
	assert_int_equal(sender.finished, -1);
	zactor_destroy(&actor);
}

/* A reader as SPEC.md allows for other languages: no receipts; it disconnects at the end. */
static void reader_without_receipts_disconnects_at_the_end(void **state)
{
	sender_t sender = {.endpoint = ipc("foreign"), .count = COUNT};
	zsock_t *reader = zsock_new_pull(ipc("foreign"));
	zactor_t *actor = zactor_new(send_all, &sender);

	(void)state;
	for (int i = 0; i <= COUNT; i++) {
		zframe_t *frame = zframe_recv(reader);

		assert_non_null(frame);
		zframe_destroy(&frame);
	}
	zsock_destroy(&reader);
	zsock_wait(actor);
	assert_int_equal(sender.finished, 0);
	zactor_destroy(&actor);
}

/* A sender without receipts that closes as soon as it has sent. */
static void sender_that_closes_at_once_loses_nothing(void **state)
{
	ef_input_t *input = new_input(ipc("closes"), EF_ALL);
	zsock_t *raw = zsock_new(ZMQ_PUSH);
	ef_message_t message;

	(void)state;
	zsock_set_linger(raw, WAIT_MS);
	assert_int_equal(zsock_attach(raw, ipc("closes"), false), 0);
	for (uint64_t seq = 0; seq <= 120; seq++) {
		size_t size;
		uint8_t *data;

		message = seq < 120 ? numbered(seq) : end(seq);
		data = ef_message_encode(&message, &size);
		assert_int_not_equal(zmq_send(zsock_resolve(raw), data, size, 0), -1);
		free(data);
	}
	zsock_destroy(&raw);
	zclock_sleep(300); /* it has disconnected */
	for (uint64_t seq = 0; seq <= 120; seq++) {
		receive(input, &message);
		assert_int_equal(message.head.seq, seq);
	}
	assert_int_equal(message.head.kind, EF_END);
	ef_input_destroy(&input);
}

static void policy_all_refuses_several_readers(void **state)
{
	char list[256];

	(void)state;
	snprintf(list, sizeof(list), "%s,%s", ipc("one"), ipc("two"));
	assert_null(new_output(list, EF_ALL));
	ef_output_t *output = new_output(list, EF_LATEST);
	assert_non_null(output);
	ef_output_destroy(&output);
}

/* Invalid bytes, hostile peers. */

static void send_bad_then_good(zsock_t *raw, uint64_t seq)
{
	ef_message_t message = numbered(seq);
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
		ef_input_t *input = new_input(ipc("bad"), policies[i]);
		zsock_t *raw = zsock_new(ZMQ_PUSH);
		ef_message_t message;
		uint64_t refused = 0;

		assert_int_equal(zsock_attach(raw, ipc("bad"), false), 0);
		send_bad_then_good(raw, 7);
		refused = receive(input, &message);
		assert_int_equal(message.head.seq, 7);
		assert_int_equal(refused, 3);
		zsock_destroy(&raw);
		ef_input_destroy(&input);
	}
}

static void bad_message_does_not_replace_a_good_one(void **state)
{
	ef_input_t *input = new_input(ipc("place"), EF_LATEST);
	zsock_t *raw = zsock_new(ZMQ_PUSH);
	ef_message_t message = numbered(3);
	size_t size;
	uint8_t *good = ef_message_encode(&message, &size);

	(void)state;
	assert_int_equal(zsock_attach(raw, ipc("place"), false), 0);
	zmq_send(zsock_resolve(raw), good, size, 0);
	zmq_send(zsock_resolve(raw), "junk", 4, 0);
	zmq_send(zsock_resolve(raw), good, size, ZMQ_SNDMORE);
	zmq_send(zsock_resolve(raw), "junk", 4, 0);
	zclock_sleep(300);
	receive(input, &message);
	assert_int_equal(message.head.seq, 3);
	free(good);
	zsock_destroy(&raw);
	ef_input_destroy(&input);
}

/* ZMTP 1.0, whose greeting is a message: an empty part, and one that announces more parts. */
static void five_bytes_over_tcp_do_not_stop_the_input(void **state)
{
	char endpoint[64];
	int port = free_port();
	ef_input_t *input;
	ef_output_t *output;

	(void)state;
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
	input = new_input(endpoint, EF_LATEST);
	for (int i = 0; i < 10; i++) {
		int fd = connect_tcp(port);

		assert_int_equal(write(fd, "\x01\x00\x02\x01\x41", 5), 5);
		assert_int_equal(write(fd, "\x02\x00\x41\x02\x01\x41", 6), 6);
		zclock_sleep(20);
		close(fd);
	}
	output = new_output(endpoint, EF_LATEST);
	send_until_received(output, input);
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
	int port = free_port(), fds[40], open = 40;
	ef_input_t *input;
	ef_output_t *output;
	ef_message_t message;
	int64_t deadline;

	(void)state;
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
	input = new_input(endpoint, EF_LATEST);
	output = new_output(endpoint, EF_LATEST);
	send_until_received(output, input);
	for (int i = 0; i < 40; i++) {
		fds[i] = connect_tcp(port);
	}
	/* Silent connections are closed after the handshake timeout. */
	deadline = zclock_mono() + WAIT_MS;
	for (uint64_t seq = 1; open > 0 && zclock_mono() < deadline; seq++) {
		message = numbered(seq);
		assert_int_equal(ef_output_send(output, &message), 0);
		receive(input, &message);
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

static void endless_message_parts_close_the_connection(void **state)
{
	char endpoint[64], parts[3000];
	int port = free_port(), fd;
	ef_input_t *input;
	ef_message_t message;
	ef_refused_t refused;
	struct rusage before;
	uint64_t sent = 0;
	int64_t deadline = zclock_mono() + WAIT_MS;

	(void)state;
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
	input = new_input(endpoint, EF_LATEST);
	fd = connect_tcp(port);
	assert_int_equal(write(fd, "\x01\x00", 2), 2);
	for (size_t i = 0; i < sizeof(parts); i += 3) {
		memcpy(parts + i, "\x02\x01\x41", 3);
	}
	getrusage(RUSAGE_SELF, &before);
	while (!is_closed(fd) && zclock_mono() < deadline) {
		ssize_t wrote = send(fd, parts, sizeof(parts), MSG_NOSIGNAL | MSG_DONTWAIT);

		sent += wrote > 0 ? (uint64_t)wrote : 0;
		assert_int_equal(ef_input_receive(input, 1, &message, &refused), 0);
	}
	assert_true(is_closed(fd));
	assert_true(grown_since(&before) < 500000);
	close(fd);
	ef_input_destroy(&input);
}

/* Taps. */

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
	snprintf(endpoint, sizeof(endpoint), ">%s", ipc("tap"));
	listener = zactor_new(receive_on_tap, endpoint);
	output = new_tap(ipc("tap"), EF_ALL);
	zsock_send(listener, "p", &received);
	for (uint64_t seq = 0; seq < COUNT; seq++) {
		ef_message_t message = numbered(seq);

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
	ef_output_t *output = new_tap(ipc("free"), EF_LATEST);
	ef_message_t message = numbered(1);

	(void)state;
	assert_int_equal(ef_output_send(output, &message), 0);
	ef_output_destroy(&output);
}

/* Sends until the listener has received a new message. */
static void assert_hears(zsock_t *listener, ef_output_t *output, uint64_t seq)
{
	int64_t deadline = zclock_mono() + WAIT_MS;

	while (zclock_mono() < deadline) {
		ef_message_t message = numbered(seq), got;
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
	ef_output_t *output = new_tap(ipc("others"), EF_LATEST);
	zsock_t *steady = new_listener(ipc("others"), "");
	zsock_t *other = new_listener(ipc("others"), "x");
	zsock_t *liar = zsock_new(ZMQ_XSUB);

	(void)state;
	assert_hears(steady, output, 1);
	zsock_destroy(&other);
	zclock_sleep(100);
	assert_hears(steady, output, 2);
	/* It ends a subscription that never existed. */
	assert_int_equal(zsock_attach(liar, ipc("others"), false), 0);
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
	ef_output_t *output = new_tap(ipc("many"), EF_LATEST);
	zsock_t *steady = new_listener(ipc("many"), "");
	zsock_t *greedy = new_listener(ipc("many"), NULL);
	struct rusage before;
	char prefix[512];

	(void)state;
	assert_hears(steady, output, 1);
	getrusage(RUSAGE_SELF, &before);
	memset(prefix, 'p', sizeof(prefix));
	for (int i = 0; i < 20000; i++) {
		ef_message_t message = numbered(2);

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
	assert_true(grown_since(&before) < 400000);
	zsock_destroy(&steady);
	ef_output_destroy(&output);
}

static void unencrypted_tcp_to_other_machines_is_refused(void **state)
{
	static const char *const local[] = {"ipc:///tmp/x", "@tcp://127.0.0.1:5551",
		"tcp://127.1.2.3:1", "tcp://localhost:5551,tcp://[::1]:1", "inproc://x"};
	static const char *const remote[] = {"tcp://*:5551", "ipc:///tmp/x,tcp://box:5551",
		"tcp://localhost.evil:5551", "tcp://127.evil.example:5551",
		"tcp://127.0.0.1.evil:1", "tcp://127.0.0.1", "tcp://[::1].evil:1",
		"tcp://0.0.0.0:1", "tcp://127.1:5551", "tcp://:5551", "epgm://127.0.0.1:5551",
		">tcp://10.127.0.1:1"};

	(void)state;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		assert_int_equal(ef_endpoint_check(local[i], 0), 0);
	}
	for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++) {
		assert_int_equal(ef_endpoint_check(remote[i], 0), -1);
	}
	assert_int_equal(ef_endpoint_check("tcp://box:5551", 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latest_gives_a_slow_reader_the_newest_message),
		cmocka_unit_test(latest_skips_messages_queued_while_the_stage_worked),
		cmocka_unit_test(latest_never_blocks_without_a_reader),
		cmocka_unit_test(all_gives_a_slow_reader_every_message_in_order),
		cmocka_unit_test(sender_fails_when_its_reader_exits_early),
		cmocka_unit_test(sender_fails_when_its_reader_exits_before_the_end_message),
		cmocka_unit_test(reader_without_receipts_disconnects_at_the_end),
		cmocka_unit_test(sender_that_closes_at_once_loses_nothing),
		cmocka_unit_test(policy_all_refuses_several_readers),
		cmocka_unit_test(bad_messages_are_refused_and_the_next_one_is_read),
		cmocka_unit_test(bad_message_does_not_replace_a_good_one),
		cmocka_unit_test(five_bytes_over_tcp_do_not_stop_the_input),
		cmocka_unit_test(connections_are_limited_and_an_active_sender_stays_connected),
		cmocka_unit_test(endless_message_parts_close_the_connection),
		cmocka_unit_test(tap_under_all_loses_nothing),
		cmocka_unit_test(tap_without_listeners_does_not_block),
		cmocka_unit_test(leaving_listener_does_not_affect_others),
		cmocka_unit_test(subscriptions_are_limited),
		cmocka_unit_test(unencrypted_tcp_to_other_machines_is_refused),
	};
	int status;

	if (mkdtemp(folder) == NULL) {
		return 1;
	}
	status = cmocka_run_group_tests_name("link", tests, NULL, NULL);
	rmdir(folder);
	return status;
}
