#include "proto/link/link.h"

#include <czmq.h>

#include "proto/base/memory.h"
#include "proto/link/keys/attach.h"
#include "proto/link/tcp/connections.h"
#include "proto/link/newest.h"
#include "proto/link/port.h"
#include "proto/link/receipts/credit.h"
#include "proto/link/receipts/receipts.h"
#include "proto/link/tap.h"

#define WAIT_MS 100 /* how often a blocked call checks for a signal */
#define SEND_QUEUE 4 /* messages queued by a sender under EF_ALL */
#define TAP_QUEUE 30 /* messages; under EF_LATEST a listener further behind (1 s) loses some */

/* Input. */

struct ef_input {
	ef_port_t *port;
	ef_newest_t *newest; /* EF_LATEST only */
	ef_receipts_t *receipts; /* EF_ALL only */
	zmq_msg_t raw; /* EF_ALL: the last one received */
	int receipt_due; /* for that message */
	ef_head_t head; /* of that message */
};

/* Opens the receipts first: a sender that reaches the input looks for them at once. */
static int open_input(ef_input_t *input, const ef_link_options_t *options)
{
	if (options->policy == EF_ALL) {
		input->receipts = ef_receipts_new(options->endpoint);
		if (input->receipts == NULL) {
			return -1;
		}
	}
	input->port = ef_port_new(options);
	if (input->port != NULL && options->policy == EF_LATEST) {
		input->newest = ef_newest_new(input->port);
	}
	return input->port != NULL && (options->policy == EF_ALL || input->newest != NULL) ? 0 : -1;
}

ef_input_t *ef_input_new(const ef_link_options_t *options)
{
	ef_input_t *input = ef_memory_new(sizeof(*input));

	zmq_msg_init(&input->raw);
	if (open_input(input, options) == -1) {
		ef_input_destroy(&input);
	}
	return input;
}

/* Called when the stage has finished with a message, so that the message itself never waits for its
 * receipt. */
static void give_receipt(ef_input_t *input)
{
	if (input->receipt_due) {
		ef_receipts_give(input->receipts, &input->head);
		input->receipt_due = 0;
	}
}

void ef_input_destroy(ef_input_t **input_p)
{
	ef_input_t *input = *input_p;

	if (input != NULL) {
		give_receipt(input);
		zmq_msg_close(&input->raw);
		ef_newest_destroy(&input->newest);
		ef_port_destroy(&input->port);
		ef_receipts_destroy(&input->receipts);
		free(input);
		*input_p = NULL;
	}
}

/* Under EF_ALL. Returns what ef_port_receive does. */
static int receive_next(ef_input_t *input, int timeout_ms, ef_message_t *message, const char **why)
{
	zmq_pollitem_t items[] = {{ef_port_socket(input->port), 0, ZMQ_POLLIN, 0},
		{ef_receipts_socket(input->receipts), 0, ZMQ_POLLIN, 0}};
	int got;

	give_receipt(input);
	zmq_poll(items, 2, timeout_ms);
	got = ef_port_receive(input->port, &input->raw, message, why);
	if (got == 1) {
		input->receipt_due = 1;
		input->head = message->head;
		if (message->head.kind == EF_END) {
			give_receipt(input);
		}
	} else {
		ef_receipts_tend(input->receipts);
	}
	return got;
}

int ef_input_receive(
	ef_input_t *input, int timeout_ms, ef_message_t *message, ef_refused_t *refused)
{
	int got;

	if (input->newest != NULL) {
		got = ef_newest_take(input->newest, timeout_ms, message);
		refused->count = ef_newest_refused(input->newest, &refused->why);
		return got;
	}
	got = receive_next(input, timeout_ms, message, &refused->why);
	refused->count = got == -1;
	return got == 1;
}

/* Output. */

struct ef_output {
	ef_policy_t policy;
	char *endpoint; /* of the link, or NULL */
	zsock_t *link; /* likewise */
	ef_attached_t *attached; /* of the link */
	ef_connections_t *connections; /* of the link; EF_LATEST over TCP only */
	ef_fit_fn *fit; /* or NULL */
	void *fit_self;
	ef_credit_t *credit; /* of the link's reader; EF_ALL only */
	ef_tap_t *tap; /* or NULL */
};

static zsock_t *new_push(const char *endpoint, ef_policy_t policy)
{
	zsock_t *socket = zsock_new(ZMQ_PUSH);
	int live = policy == EF_LATEST;

	zsock_set_linger(socket, 0);
	zsock_set_reconnect_ivl(socket, 50);
	zsock_set_reconnect_ivl_max(socket, live ? 100 : 500);
	ef_connection_bounds(socket, endpoint, live);
	if (live) {
		/* ZeroMQ keeps only the newest message until the connection accepts it. */
		zsock_set_conflate(socket, 1);
		/* Without a connection nothing is queued: a restarted stage gets no stale frame. */
		zsock_set_immediate(socket, 1);
		zsock_set_sndtimeo(socket, 0);
	} else {
		zsock_set_sndhwm(socket, SEND_QUEUE);
		zsock_set_sndtimeo(socket, WAIT_MS);
	}
	return socket;
}

/* Returns 0, or -1 after logging why. */
static int open_link(ef_output_t *output, const char *endpoint)
{
	if (output->policy == EF_ALL && ef_endpoint_count(endpoint) > 1) {
		zsys_error("%s: with --policy all, an output has exactly one reader; give one "
			   "endpoint",
			endpoint);
		return -1;
	}
	output->endpoint = ef_memory_copy(endpoint);
	output->link = new_push(endpoint, output->policy);
	if (output->policy == EF_ALL) {
		output->credit = ef_credit_new(output->link, endpoint);
	} else if (ef_endpoint_is_tcp(endpoint)) {
		output->connections = ef_connections_new(output->link, output->endpoint);
	}
	output->attached = ef_attach(output->link, endpoint, false);
	return output->attached != NULL ? 0 : -1;
}

static int open_tap(ef_output_t *output, const char *endpoint)
{
	int all = output->policy == EF_ALL;

	output->tap = ef_tap_new(endpoint, all ? SEND_QUEUE : TAP_QUEUE, all);
	return output->tap != NULL ? 0 : -1;
}

ef_output_t *ef_output_new(const ef_link_options_t *options)
{
	ef_output_t *output = ef_memory_new(sizeof(*output));

	output->policy = options->policy;
	output->fit = options->fit;
	output->fit_self = options->fit_self;
	if ((options->endpoint != NULL && open_link(output, options->endpoint) == -1) ||
		(options->tap != NULL && open_tap(output, options->tap) == -1)) {
		ef_output_destroy(&output);
	}
	return output;
}

void ef_output_destroy(ef_output_t **output_p)
{
	ef_output_t *output = *output_p;

	if (output != NULL) {
		ef_credit_destroy(&output->credit);
		ef_connections_destroy(&output->connections);
		ef_attached_destroy(&output->attached);
		zsock_destroy(&output->link);
		ef_tap_destroy(&output->tap);
		free(output->endpoint);
		free(output);
		*output_p = NULL;
	}
}

static int fail(const char *what)
{
	zsys_error("cannot send %s: %s", what, zmq_strerror(zmq_errno()));
	return -1;
}

static int push_link(ef_output_t *output, zmq_msg_t *message)
{
	if (output->credit != NULL && ef_credit_wait(output->credit) == -1) {
		return -1;
	}
	while (!zsys_interrupted) {
		if (zmq_msg_send(message, zsock_resolve(output->link), 0) != -1) {
			if (output->credit != NULL) {
				ef_credit_spend(output->credit);
			}
			return 0;
		}
		if (zmq_errno() != EAGAIN && zmq_errno() != EINTR) {
			return fail("a message to the next stage");
		}
		if (output->policy == EF_LATEST) {
			return 1;
		}
		/* The reader may have disconnected meanwhile. */
		if (ef_credit_wait(output->credit) == -1) {
			return -1;
		}
	}
	return -1;
}

static int push_tap(ef_output_t *output, zmq_msg_t *message)
{
	int result;

	while (output->policy == EF_ALL && !ef_tap_was_listened(output->tap)) {
		if (zsys_interrupted) {
			return -1;
		}
		zclock_sleep(5);
	}
	do {
		result = ef_tap_send(output->tap, message);
	} while (result == 1 && output->policy == EF_ALL && ef_tap_listened(output->tap) &&
		 !zsys_interrupted);
	return result == -1 ? fail("a message to a listener") : result;
}

static void free_block(void *data, void *hint)
{
	(void)hint;
	free(data);
}

/* Returns 0, or -1 after logging why. */
static int pack(const ef_message_t *message, zmq_msg_t *packed)
{
	size_t size;
	uint8_t *data = ef_message_encode(message, &size);

	if (data == NULL) {
		zsys_error("cannot send a message of kind %s: out of memory",
			ef_kind_name(message->head.kind));
		return -1;
	}
	zmq_msg_init_data(packed, data, size, free_block, NULL);
	return 0;
}

static int send_packed(ef_output_t *output, const ef_message_t *message,
	int push(ef_output_t *output, zmq_msg_t *packed))
{
	zmq_msg_t packed;
	int result = pack(message, &packed);

	if (result == 0) {
		result = push(output, &packed);
		zmq_msg_close(&packed);
	}
	return result;
}

/* What the link takes of a message: the message itself, another, or NULL. */
static const ef_message_t *fit(ef_output_t *output, const ef_message_t *message)
{
	ef_congestion_t congestion;

	if (output->connections == NULL) {
		return message;
	}
	congestion = ef_connections_tend(output->connections);
	return output->fit != NULL ? output->fit(output->fit_self, message, &congestion) : message;
}

/* The tap gets the message as it is, the link another one, or none. */
static int send_apart(ef_output_t *output, const ef_message_t *message, const ef_message_t *fitting)
{
	if (output->tap != NULL && send_packed(output, message, push_tap) == -1) {
		return -1;
	}
	return fitting != NULL ? send_packed(output, fitting, push_link) : 1;
}

/* Returns 0, or -1 after logging that a link that loses nothing has lost its reader. */
static int obey_revocation(ef_output_t *output)
{
	if (ef_attached_tend(output->attached) == 0) {
		return 0;
	}
	if (output->connections != NULL) {
		ef_connections_cut(output->connections);
	} else if (!ef_endpoint_is_local(output->endpoint)) {
		zsys_error("a key was revoked while %s was in use, so this stage stops",
			output->endpoint);
		return -1;
	}
	return 0;
}

int ef_output_send(ef_output_t *output, const ef_message_t *message)
{
	const ef_message_t *fitting;
	zmq_msg_t packed;
	int result = 0;

	if (output->attached != NULL && obey_revocation(output) == -1) {
		return -1;
	}
	fitting = fit(output, message);
	if (fitting != message) {
		return send_apart(output, message, fitting);
	}
	if (pack(message, &packed) == -1) {
		return -1;
	}
	if (output->tap != NULL && push_tap(output, &packed) == -1) {
		result = -1;
	} else if (output->link != NULL) {
		result = push_link(output, &packed);
	}
	zmq_msg_close(&packed);
	return result;
}

int ef_output_finish(ef_output_t *output)
{
	int result = 0;

	if (output->credit != NULL) {
		result = ef_credit_finish(output->credit);
	}
	while (output->tap != NULL && ef_tap_listened(output->tap) && !zsys_interrupted) {
		zclock_sleep(5);
	}
	return result;
}
