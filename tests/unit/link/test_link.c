/* Links with a slow reader under both policies, and the end of a stream. */
#include <czmq.h>

#include "tests/unit/link/link_ends.h"
#include "tests/unit/unit.h"

#define COUNT 40
#define WINDOW 8 /* SPEC.md: unread messages of a reader with receipts */

static void latest_gives_a_slow_reader_the_newest_message(void **state)
{
	ef_input_t *input = unit_input(unit_path("ipc://", "latest"), EF_LATEST);
	ef_output_t *output = unit_output(unit_path("ipc://", "latest"), EF_LATEST);
	ef_message_t message;
	ef_refused_t refused;

	(void)state;
	unit_send_until_received(output, input);
	for (uint64_t seq = 1; seq <= COUNT; seq++) {
		message = unit_message(seq);
		assert_int_not_equal(ef_output_send(output, &message), -1);
		zclock_sleep(2);
		if (seq % 10 == 0) {
			/* Of the messages sent since the last read, only the newest is left. */
			int64_t deadline = zclock_mono() + UNIT_WAIT_MS;

			do {
				unit_receive(input, &message);
			} while (message.head.seq != seq && zclock_mono() < deadline);
			assert_int_equal(message.head.seq, seq);
		}
	}
	assert_int_equal(ef_input_receive(input, 20, &message, &refused), 0);
	ef_output_destroy(&output);
	ef_input_destroy(&input);
	assert_int_equal(access(unit_path("ipc://", "latest") + strlen("ipc://"), F_OK), -1);
}

static void latest_skips_messages_queued_while_the_stage_worked(void **state)
{
	ef_input_t *input = unit_input(unit_path("ipc://", "skip"), EF_LATEST);
	ef_output_t *output = unit_output(unit_path("ipc://", "skip"), EF_LATEST);
	ef_message_t message;

	(void)state;
	unit_send_until_received(output, input);
	for (uint64_t seq = 1; seq <= COUNT; seq++) {
		message = unit_message(seq);
		assert_int_not_equal(ef_output_send(output, &message), -1);
		zclock_sleep(5);
	}
	zclock_sleep(500);
	unit_receive(input, &message);
	assert_int_equal(message.head.seq, COUNT);
	ef_output_destroy(&output);
	ef_input_destroy(&input);
}

/* Also while so many others arrive that their memory is used again. */
static void a_message_that_is_kept_stays_as_it_was(void **state)
{
	static uint8_t pixels[64 * 64];
	ef_input_t *input = ef_input_new(&(ef_link_options_t){
		.endpoint = unit_path("ipc://", "kept"), .policy = EF_LATEST, .kind = EF_RENDER});
	ef_output_t *output = unit_output(unit_path("ipc://", "kept"), EF_LATEST);
	ef_message_t message = unit_message(0), kept = message, other = message;
	ef_refused_t refused;

	(void)state;
	message.head.kind = EF_RENDER;
	message.image = (ef_image_t){EF_GREY, 64, 64, pixels, sizeof(pixels)};
	for (uint64_t seq = 1; seq < 20; seq++) {
		memset(pixels, (int)seq, sizeof(pixels));
		message.head.seq = seq;
		do {
			assert_int_not_equal(ef_output_send(output, &message), -1);
			ef_input_receive(input, 20, &other, &refused);
			assert_int_equal(refused.count, 0);
		} while (other.head.seq != seq);
		if (seq == 1) {
			kept = other;
			ef_input_keep(input);
		}
	}
	assert_int_equal(other.head.seq, 19);
	assert_int_equal(other.image.data[sizeof(pixels) - 1], 19);
	for (size_t i = 0; i < sizeof(pixels); i++) {
		assert_int_equal(kept.image.data[i], 1);
	}
	ef_output_destroy(&output);
	ef_input_destroy(&input);
}

static void latest_never_blocks_without_a_reader(void **state)
{
	ef_output_t *output = unit_output(unit_path("ipc://", "nobody"), EF_LATEST);
	ef_message_t message = unit_message(1);

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
	ef_output_t *output = unit_output(sender->endpoint, EF_ALL);
	ef_message_t message;

	zsock_signal(pipe, 0);
	sender->finished = -2;
	for (uint64_t seq = 0; seq < sender->count; seq++) {
		message = unit_message(seq);
		if (ef_output_send(output, &message) == -1) {
			goto done;
		}
		sender->sent++;
	}
	message = unit_end(sender->count);
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
	sender_t sender = {.endpoint = unit_path("ipc://", "all"), .count = COUNT};
	zactor_t *actor = zactor_new(send_all, &sender);
	ef_input_t *input;
	ef_message_t message;

	(void)state;
	/* The reader connects late, too. */
	zclock_sleep(100);
	input = unit_input(unit_path("ipc://", "all"), EF_ALL);
	for (uint64_t seq = 0; seq < COUNT; seq++) {
		unit_receive(input, &message);
		assert_int_equal(message.head.seq, seq);
		zclock_sleep(3);
		/* The number of unread messages is limited. */
		assert_in_range(sender.sent, seq + 1, seq + 1 + WINDOW);
	}
	unit_receive(input, &message);
	assert_int_equal(message.head.kind, EF_END);
	zsock_wait(actor);
	assert_int_equal(sender.finished, 0);
	ef_input_destroy(&input);
	zactor_destroy(&actor);
}

static void sender_fails_when_its_reader_exits_early(void **state)
{
	sender_t sender = {.endpoint = unit_path("ipc://", "early"), .count = COUNT};
	ef_input_t *input = unit_input(unit_path("ipc://", "early"), EF_ALL);
	zactor_t *actor = zactor_new(send_all, &sender);
	ef_message_t message;

	(void)state;
	for (int i = 0; i < COUNT / 2; i++) {
		unit_receive(input, &message);
	}
	ef_input_destroy(&input);
	zsock_wait(actor);
	assert_int_equal(sender.finished, -2);
	zactor_destroy(&actor);
}

static void sender_fails_when_its_reader_exits_before_the_end_message(void **state)
{
	sender_t sender = {.endpoint = unit_path("ipc://", "last"), .count = 3};
	ef_input_t *input = unit_input(unit_path("ipc://", "last"), EF_ALL);
	zactor_t *actor = zactor_new(send_all, &sender);
	ef_message_t message;

	(void)state;
	for (int i = 0; i < 3; i++) {
		unit_receive(input, &message);
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
	sender_t sender = {.endpoint = unit_path("ipc://", "foreign"), .count = COUNT};
	zsock_t *reader = zsock_new_pull(unit_path("ipc://", "foreign"));
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
	ef_input_t *input = unit_input(unit_path("ipc://", "closes"), EF_ALL);
	zsock_t *raw = zsock_new(ZMQ_PUSH);
	ef_message_t message;

	(void)state;
	zsock_set_linger(raw, UNIT_WAIT_MS);
	assert_int_equal(zsock_attach(raw, unit_path("ipc://", "closes"), false), 0);
	for (uint64_t seq = 0; seq <= 120; seq++) {
		size_t size;
		uint8_t *data;

		message = seq < 120 ? unit_message(seq) : unit_end(seq);
		data = ef_message_encode(&message, &size);
		assert_int_not_equal(zmq_send(zsock_resolve(raw), data, size, 0), -1);
		free(data);
	}
	zsock_destroy(&raw);
	zclock_sleep(300); /* it has disconnected */
	for (uint64_t seq = 0; seq <= 120; seq++) {
		unit_receive(input, &message);
		assert_int_equal(message.head.seq, seq);
	}
	assert_int_equal(message.head.kind, EF_END);
	ef_input_destroy(&input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latest_gives_a_slow_reader_the_newest_message),
		cmocka_unit_test(latest_skips_messages_queued_while_the_stage_worked),
		cmocka_unit_test(a_message_that_is_kept_stays_as_it_was),
		cmocka_unit_test(latest_never_blocks_without_a_reader),
		cmocka_unit_test(all_gives_a_slow_reader_every_message_in_order),
		cmocka_unit_test(sender_fails_when_its_reader_exits_early),
		cmocka_unit_test(sender_fails_when_its_reader_exits_before_the_end_message),
		cmocka_unit_test(reader_without_receipts_disconnects_at_the_end),
		cmocka_unit_test(sender_that_closes_at_once_loses_nothing),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
