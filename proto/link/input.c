#include <czmq.h>

#include "proto/base/memory.h"
#include "proto/link/deal/order.h"
#include "proto/link/link.h"
#include "proto/link/newest.h"
#include "proto/link/output.h"
#include "proto/link/port.h"
#include "proto/link/receipts/due.h"

struct ef_input {
	ef_port_t *port;
	ef_newest_t *newest; /* EF_LATEST only */
	ef_order_t *order; /* EF_ALL with several workers only */
	zmq_msg_t raw; /* EF_ALL: the last one received */
	zmq_msg_t kept; /* by ef_input_keep () */

	ef_receipts_t *receipts; /* or NULL */
	int begun; /* the senders may begin */
	ef_credit_t *next; /* of the stage's own output, or NULL */
	ef_dues_t dues;
	int working; /* the stage works on the message with that head */
	ef_head_t head;
};

/* Opens the receipts first: a sender that reaches the input looks for them at once. */
static int open_input(ef_input_t *input, const ef_link_options_t *options)
{
	if (options->policy == EF_ALL || options->confirms) {
		input->receipts = ef_receipts_new(options->endpoint);
		if (input->receipts == NULL) {
			return -1;
		}
	}
	if (options->policy == EF_ALL && options->workers > 0) {
		input->order = ef_order_new(options->workers);
	}
	input->port = ef_port_new(options);
	if (input->port != NULL && options->policy == EF_LATEST) {
		input->newest = ef_newest_new(input->port, options->workers);
	}
	return input->port != NULL && (options->policy == EF_ALL || input->newest != NULL) ? 0 : -1;
}

ef_input_t *ef_input_new(const ef_link_options_t *options)
{
	ef_input_t *input = ef_memory_new(sizeof(*input));

	zmq_msg_init(&input->raw);
	zmq_msg_init(&input->kept);
	if (open_input(input, options) == -1) {
		ef_input_destroy(&input);
	}
	return input;
}

void ef_input_relay(ef_input_t *input, ef_output_t *output)
{
	input->next = ef_output_credit(output);
}

int ef_input_is_over(const ef_input_t *input)
{
	return input->next != NULL && ef_credit_reader(input->next) == EF_READER_GONE;
}

int ef_input_unconfirmed(const ef_input_t *input)
{
	return input->dues.count + input->working;
}

static void begin(ef_input_t *input)
{
	if (input->next != NULL) {
		ef_reader_t reader = ef_credit_reader(input->next);

		if (reader != EF_READER_KNOWN && reader != EF_READER_SILENT) {
			return;
		}
		ef_credit_begin(input->next);
	}
	ef_receipts_begin(input->receipts);
	input->begun = 1;
}

/* Called when the stage has finished with a message, so that the message itself never waits for its
 * receipt; and whenever there may be news of the stage's reader. */
static void tend(ef_input_t *input)
{
	if (input->receipts == NULL) {
		return;
	}
	if (input->next != NULL) {
		ef_credit_tend(input->next);
	}
	if (!input->begun) {
		begin(input);
	}
	if (input->working) {
		ef_due_add(&input->dues, &input->head);
		input->working = 0;
	}
	ef_due_give(&input->dues, input->receipts, input->next);
	ef_receipts_tend(input->receipts);
}

static void work_on(ef_input_t *input, const ef_message_t *message)
{
	input->working = 1;
	input->head = message->head;
}

void ef_input_destroy(ef_input_t **input_p)
{
	ef_input_t *input = *input_p;

	if (input != NULL) {
		tend(input);
		zmq_msg_close(&input->raw);
		zmq_msg_close(&input->kept);
		ef_order_destroy(&input->order);
		ef_newest_destroy(&input->newest);
		ef_port_destroy(&input->port);
		ef_receipts_destroy(&input->receipts);
		free(input);
		*input_p = NULL;
	}
}

/* Waits for a message, a sender that asks for receipts, or news of the stage's own reader. */
static void wait_for_news(const ef_input_t *input, int timeout_ms)
{
	zmq_pollitem_t items[2 + EF_CREDIT_ITEMS] = {
		{ef_port_socket(input->port), 0, ZMQ_POLLIN, 0},
		{ef_receipts_socket(input->receipts), 0, ZMQ_POLLIN, 0}};
	int count = 2;

	if (input->next != NULL) {
		count += ef_credit_items(input->next, items + count);
	}
	zmq_poll(items, count, timeout_ms);
}

/* Under EF_ALL. Returns what ef_port_receive does. */
static int receive_next(ef_input_t *input, int timeout_ms, ef_message_t *message, const char **why)
{
	int got;

	tend(input);
	wait_for_news(input, timeout_ms);
	got = ef_port_receive(input->port, &input->raw, message, why);
	if (got == 1) {
		work_on(input, message);
		if (message->head.kind == EF_END) {
			tend(input);
		}
	} else {
		tend(input);
	}
	return got;
}

/* The next one of those that have come. */
static int take_ordered(ef_input_t *input, ef_message_t *message)
{
	const char *why;

	return ef_order_take(input->order, &input->raw) &&
	       ef_message_decode(
		       message, zmq_msg_data(&input->raw), zmq_msg_size(&input->raw), &why) == 0;
}

/* Under EF_ALL with several workers. A message that waits for its turn has its receipt: else its worker
 * would wait for the others. */
static int receive_ordered(
	ef_input_t *input, int timeout_ms, ef_message_t *message, const char **why)
{
	zmq_msg_t raw;
	int got;

	if (take_ordered(input, message)) {
		return 1;
	}
	tend(input);
	wait_for_news(input, timeout_ms);
	zmq_msg_init(&raw);
	got = ef_port_receive(input->port, &raw, message, why);
	if (got == 1) {
		ef_receipts_give(input->receipts, message->head.seq, message->head.kind == EF_END);
		if (message->head.kind == EF_END) {
			ef_order_end(input->order, &raw);
		} else {
			ef_order_put(input->order, &raw, message->head.seq);
		}
	}
	zmq_msg_close(&raw);
	return got == 1 ? take_ordered(input, message) : got;
}

int ef_input_receive(
	ef_input_t *input, int timeout_ms, ef_message_t *message, ef_refused_t *refused)
{
	int got;

	if (input->newest != NULL) {
		tend(input);
		got = ef_newest_take(input->newest, timeout_ms, message);
		refused->count = ef_newest_refused(input->newest, &refused->why);
		if (got == 1 && input->receipts != NULL) {
			work_on(input, message);
		}
		return got;
	}
	got = input->order != NULL ? receive_ordered(input, timeout_ms, message, &refused->why)
				   : receive_next(input, timeout_ms, message, &refused->why);
	refused->count = got == -1;
	return got == 1;
}

/* ZeroMQ moves messages without copying them: only those of a few bytes lie in the struct itself. */
void ef_input_keep(ef_input_t *input)
{
	if (input->newest != NULL) {
		ef_newest_move(input->newest, &input->kept);
	} else {
		zmq_msg_move(&input->kept, &input->raw);
	}
}
