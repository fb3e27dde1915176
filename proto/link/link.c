#include "proto/link/output.h"

#include <czmq.h>

#include "proto/base/memory.h"
#include "proto/link/deal/deal.h"
#include "proto/link/deal/push.h"
#include "proto/link/keys/attach.h"
#include "proto/link/tap.h"
#include "proto/link/tcp/connections.h"

#define TAP_QUEUE 30 /* messages; under EF_LATEST a listener further behind (1 s) loses some */
#define TAP_QUEUE_ALL 4 /* under EF_ALL the stage waits for it */

struct ef_output {
	ef_policy_t policy;
	char *endpoint; /* of the link, or NULL */
	zsock_t *link; /* likewise */
	ef_attached_t *attached; /* of the link */
	ef_deal_t *deal; /* in place of link when there are several readers */
	ef_connections_t *connections; /* of the link; EF_LATEST over TCP only */
	ef_fit_fn *fit; /* or NULL */
	void *fit_self;
	ef_credit_t *credit; /* of the link's reader; EF_ALL only */
	ef_tap_t *tap; /* or NULL */
};

/* Returns 0, or -1 after logging why. */
static int open_link(ef_output_t *output, const char *endpoint)
{
	if (ef_endpoint_count(endpoint) > 1) {
		output->deal = ef_deal_new(endpoint, output->policy);
		return output->deal != NULL ? 0 : -1;
	}
	output->endpoint = ef_memory_copy(endpoint);
	output->link = ef_push_new(endpoint, output->policy);
	if (output->policy == EF_ALL) {
		output->credit = ef_credit_new(output->link, endpoint, EF_ALL);
	} else if (ef_endpoint_is_tcp(endpoint)) {
		output->connections = ef_connections_new(output->link, output->endpoint);
	}
	output->attached = ef_attach(output->link, endpoint, false);
	return output->attached != NULL ? 0 : -1;
}

static int open_tap(ef_output_t *output, const char *endpoint)
{
	int all = output->policy == EF_ALL;

	output->tap = ef_tap_new(endpoint, all ? TAP_QUEUE_ALL : TAP_QUEUE, all);
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
		ef_deal_destroy(&output->deal);
		ef_tap_destroy(&output->tap);
		free(output->endpoint);
		free(output);
		*output_p = NULL;
	}
}

ef_credit_t *ef_output_credit(ef_output_t *output)
{
	return output->credit;
}

static int push_link(ef_output_t *output, const ef_message_t *message, zmq_msg_t *packed)
{
	int is_end = message->head.kind == EF_END;
	int result = 1;

	if (output->deal != NULL) {
		return ef_deal_send(output->deal, packed, &message->head);
	}
	if (output->credit == NULL) {
		return ef_push_send(output->link, packed);
	}
	/* The reader may disconnect meanwhile. */
	while (result == 1 && ef_credit_wait(output->credit) == 0) {
		if (ef_credit_ended(output->credit)) {
			/* Another worker may have sent the end, and this message, too. */
			return ef_credit_check_end(output->credit, message->head.seq, is_end);
		}
		result = ef_push_send(output->link, packed);
	}
	if (result == 0) {
		ef_credit_spend(output->credit, message->head.seq, is_end);
	}
	return result == 0 ? 0 : -1;
}

static int push_tap(ef_output_t *output, zmq_msg_t *packed)
{
	int result;

	while (output->policy == EF_ALL && !ef_tap_was_listened(output->tap)) {
		if (zsys_interrupted) {
			return -1;
		}
		zclock_sleep(5);
	}
	do {
		result = ef_tap_send(output->tap, packed);
	} while (result == 1 && output->policy == EF_ALL && ef_tap_listened(output->tap) &&
		 !zsys_interrupted);
	if (result == -1) {
		zsys_error("cannot send a message to a listener: %s", zmq_strerror(zmq_errno()));
	}
	return result;
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

/* What the link takes of a message: the message itself, another, or NULL. */
static const ef_message_t *fit(ef_output_t *output, const ef_message_t *message)
{
	ef_congestion_t congestion;

	if (output->connections == NULL) {
		return message;
	}
	congestion = ef_connections_tend(output->connections);
	if (ef_connections_gave_up(output->connections)) {
		ef_attached_renew(output->attached);
	}
	return output->fit != NULL ? output->fit(output->fit_self, message, &congestion) : message;
}

/* The tap gets the message as it is, the link another one, or none. */
static int send_apart(ef_output_t *output, const ef_message_t *message, const ef_message_t *fitting)
{
	zmq_msg_t packed;
	int result = 1;

	if (output->tap != NULL) {
		if (pack(message, &packed) == -1) {
			return -1;
		}
		result = push_tap(output, &packed);
		zmq_msg_close(&packed);
	}
	if (result == -1 || fitting == NULL) {
		return result == -1 ? -1 : 1;
	}
	if (pack(fitting, &packed) == -1) {
		return -1;
	}
	result = push_link(output, fitting, &packed);
	zmq_msg_close(&packed);
	return result;
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
	} else if (output->link != NULL || output->deal != NULL) {
		result = push_link(output, message, &packed);
	}
	zmq_msg_close(&packed);
	return result;
}

int ef_output_finish(ef_output_t *output)
{
	int result = 0;

	if (output->credit != NULL) {
		result = ef_credit_finish(output->credit);
	} else if (output->deal != NULL && output->policy == EF_ALL) {
		result = ef_deal_finish(output->deal);
	}
	while (output->tap != NULL && ef_tap_listened(output->tap) && !zsys_interrupted) {
		zclock_sleep(5);
	}
	return result;
}
