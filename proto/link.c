#include "proto/link.h"

#include <czmq.h>

#include "proto/endpoint.h"
#include "proto/log.h"

#define WAIT_MS 100 /* how often a blocked call looks for a signal */
#define ALL_HWM 4 /* messages queued at each end of a link under EF_ALL */
#define TAP_HWM 30 /* a listener this far behind loses messages under EF_LATEST: 1 s of video */
#define FINISH_MS 60000 /* the longest a peer may take for what is queued at the end */

/* The transport refuses what is larger still; up to here this stage counts it itself. */
#define TRANSPORT_MAX (2 * (int)EF_MESSAGE_MAX)

static zsock_t *attach(zsock_t *socket, const char *endpoint, int bind)
{
	if (zsock_attach(socket, endpoint, bind) != 0) {
		zsys_error("cannot use endpoint %s: %s", endpoint, zmq_strerror(zmq_errno()));
		zsock_destroy(&socket);
	}
	return socket;
}

/* The sockets themselves. */

static zsock_t *new_pull(const char *endpoint, ef_policy_t policy)
{
	zsock_t *socket = zsock_new(ZMQ_PULL);

	zsock_set_linger(socket, 0);
	zsock_set_maxmsgsize(socket, TRANSPORT_MAX);
	if (policy == EF_LATEST) {
		/* Kept by ZeroMQ's own thread, which reads on while this stage works: what is
		 * received next is the newest, whatever the queue was. */
		zsock_set_conflate(socket, 1);
	} else {
		zsock_set_rcvhwm(socket, ALL_HWM);
	}
	return attach(socket, endpoint, 1);
}

static zsock_t *new_push(const char *endpoint, ef_policy_t policy)
{
	zsock_t *socket = zsock_new(ZMQ_PUSH);

	zsock_set_linger(socket, 0);
	zsock_set_reconnect_ivl(socket, 50);
	zsock_set_reconnect_ivl_max(socket, 500);
	if (policy == EF_LATEST) {
		zsock_set_conflate(socket, 1);
		/* No pipe, no message: a stage that comes back gets no stale frame. */
		zsock_set_immediate(socket, 1);
		zsock_set_sndtimeo(socket, 0);
	} else {
		zsock_set_sndhwm(socket, ALL_HWM);
		zsock_set_sndtimeo(socket, WAIT_MS);
	}
	return attach(socket, endpoint, 0);
}

static zsock_t *new_tap(const char *endpoint, ef_policy_t policy)
{
	zsock_t *socket = zsock_new(ZMQ_XPUB);

	zsock_set_linger(socket, 0);
	zsock_set_sndhwm(socket, policy == EF_ALL ? ALL_HWM : TAP_HWM);
	if (policy == EF_ALL) {
		zsock_set_xpub_nodrop(socket, 1);
		zsock_set_sndtimeo(socket, WAIT_MS);
	}
	return attach(socket, endpoint, 1);
}

/* Input. */

struct ef_input {
	ef_bound_t *bound;
	zsock_t *socket;
	zmq_msg_t message; /* the last one received */
};

ef_input_t *ef_input_new(const char *endpoint, ef_policy_t policy)
{
	ef_input_t *input = zmalloc(sizeof(*input));

	zmq_msg_init(&input->message);
	input->bound = ef_bound_new(endpoint);
	if (input->bound != NULL) {
		input->socket = new_pull(endpoint, policy);
	}
	if (input->socket == NULL) {
		ef_input_destroy(&input);
	}
	return input;
}

void ef_input_destroy(ef_input_t **input_p)
{
	ef_input_t *input = *input_p;

	if (input != NULL) {
		zmq_msg_close(&input->message);
		zsock_destroy(&input->socket);
		ef_bound_destroy(&input->bound);
		free(input);
		*input_p = NULL;
	}
}

/* Messages have one part; the first of several is followed by the others, read and refused. */
static int discard_parts(void *socket, zmq_msg_t *message)
{
	int parts = 0;

	while (zmq_msg_more(message)) {
		zmq_msg_close(message);
		zmq_msg_init(message);
		if (zmq_msg_recv(message, socket, 0) == -1) {
			break;
		}
		parts++;
	}
	return parts;
}

int ef_input_receive(ef_input_t *input, int timeout_ms, ef_message_t *message, const char **why)
{
	void *socket = zsock_resolve(input->socket);

	zsock_set_rcvtimeo(input->socket, timeout_ms);
	zmq_msg_close(&input->message);
	zmq_msg_init(&input->message);
	if (zmq_msg_recv(&input->message, socket, 0) == -1) {
		return 0;
	}
	if (discard_parts(socket, &input->message) > 0) {
		*why = "more than one part";
		return -1;
	}
	if (ef_message_decode(message, zmq_msg_data(&input->message), zmq_msg_size(&input->message),
		    why) == -1) {
		return -1;
	}
	return 1;
}

/* Output. */

struct ef_output {
	ef_policy_t policy;
	zsock_t *link; /* or NULL */
	zactor_t *hangup; /* tells when the link's peer closes; EF_ALL only */
	zsock_t *tap; /* or NULL */
	ef_bound_t *bound; /* the tap's */
	int listeners; /* somebody is subscribed to the tap */
	int had_listener;
};

static zactor_t *new_hangup_monitor(zsock_t *link)
{
	zactor_t *monitor = zactor_new(zmonitor, link);

	zstr_sendx(monitor, "LISTEN", "DISCONNECTED", NULL);
	zstr_sendx(monitor, "START", NULL);
	zsock_wait(monitor);
	return monitor;
}

ef_output_t *ef_output_new(const char *endpoint, const char *tap, ef_policy_t policy)
{
	ef_output_t *output = zmalloc(sizeof(*output));

	output->policy = policy;
	if (endpoint != NULL) {
		output->link = new_push(endpoint, policy);
	}
	if (output->link != NULL && policy == EF_ALL) {
		output->hangup = new_hangup_monitor(output->link);
	}
	if (tap != NULL) {
		output->bound = ef_bound_new(tap);
		output->tap = output->bound != NULL ? new_tap(tap, policy) : NULL;
	}
	if ((endpoint != NULL && output->link == NULL) || (tap != NULL && output->tap == NULL)) {
		ef_output_destroy(&output);
	}
	return output;
}

void ef_output_destroy(ef_output_t **output_p)
{
	ef_output_t *output = *output_p;

	if (output != NULL) {
		zactor_destroy(&output->hangup);
		zsock_destroy(&output->link);
		zsock_destroy(&output->tap);
		ef_bound_destroy(&output->bound);
		free(output);
		*output_p = NULL;
	}
}

/* Sends until there is room or a signal comes. */
static int push(ef_output_t *output, zsock_t *socket, zmq_msg_t *message)
{
	do {
		if (zmq_msg_send(message, zsock_resolve(socket), 0) != -1) {
			return 0;
		}
		if (zmq_errno() != EAGAIN && zmq_errno() != EINTR) {
			return -1;
		}
	} while (output->policy == EF_ALL && !zsys_interrupted);
	return output->policy == EF_ALL ? -1 : 1;
}

/* Subscriptions arrive as messages: 1 comes, 0 goes. ZeroMQ passes on the first and the last. */
static void read_subscriptions(ef_output_t *output)
{
	zmq_msg_t news;

	zmq_msg_init(&news);
	while (zmq_msg_recv(&news, zsock_resolve(output->tap), ZMQ_DONTWAIT) > 0) {
		output->listeners = *(uint8_t *)zmq_msg_data(&news) == 1;
		output->had_listener |= output->listeners;
	}
	zmq_msg_close(&news);
}

static int push_tap(ef_output_t *output, zmq_msg_t *message)
{
	zmq_msg_t copy;
	int result;

	read_subscriptions(output);
	while (output->policy == EF_ALL && !output->had_listener && !zsys_interrupted) {
		zclock_sleep(5);
		read_subscriptions(output);
	}
	if (!output->listeners) {
		return 1;
	}
	zmq_msg_init(&copy);
	zmq_msg_copy(&copy, message); /* shares the bytes */
	result = push(output, output->tap, &copy);
	zmq_msg_close(&copy);
	return result;
}

/* A sender that closed first could take with it what the receiver has not read yet: ZeroMQ drops
 * a connection's unread bytes when its queue was full. So the receiver hangs up first. */
void ef_output_finish(ef_output_t *output)
{
	int64_t deadline = zclock_mono() + FINISH_MS;

	if (output->hangup != NULL) {
		zsock_set_rcvtimeo(output->hangup, WAIT_MS);
	}
	while (!zsys_interrupted && zclock_mono() < deadline) {
		char *event;

		if (output->tap != NULL) {
			read_subscriptions(output);
		}
		if (output->hangup == NULL) {
			if (!output->listeners) {
				break;
			}
			zclock_sleep(5);
			continue;
		}
		event = zstr_recv(output->hangup);
		if (event != NULL) {
			freen(event);
			zactor_destroy(&output->hangup);
		}
	}
}

static void free_block(void *data, void *hint)
{
	(void)hint;
	free(data);
}

int ef_output_send(ef_output_t *output, const ef_message_t *message)
{
	size_t size;
	uint8_t *data = ef_message_encode(message, &size);
	zmq_msg_t packed;
	int result = 0;

	if (data == NULL) {
		return -1;
	}
	zmq_msg_init_data(&packed, data, size, free_block, NULL);
	if (output->tap != NULL && push_tap(output, &packed) == -1) {
		result = -1;
	}
	if (result == 0 && output->link != NULL) {
		result = push(output, output->link, &packed);
	}
	zmq_msg_close(&packed);
	return result;
}
