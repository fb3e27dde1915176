#include "proto/link/listener.h"

#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/link/keys/attach.h"
#include "proto/link/port.h"

struct ef_listener {
	const char *endpoint; /* borrowed */
	ef_kind_t kind;
	zsock_t *socket;
	ef_attached_t *attached;
	ef_limiter_t limiter;
};

ef_listener_t *ef_listener_new(const ef_link_options_t *options)
{
	ef_listener_t *listener = ef_memory_new(sizeof(*listener));

	listener->endpoint = options->endpoint;
	listener->kind = options->kind;
	listener->socket = zsock_new(ZMQ_SUB);
	zsock_set_linger(listener->socket, 0);
	zsock_set_reconnect_ivl(listener->socket, 50);
	zsock_set_reconnect_ivl_max(listener->socket, 500);
	zsock_set_maxmsgsize(listener->socket, (int)EF_MESSAGE_MAX);
	zsock_set_rcvhwm(listener->socket, options->queue);
	ef_connection_bounds(listener->socket, options->endpoint, options->policy == EF_LATEST);
	zsock_set_subscribe(listener->socket, "");
	listener->attached = ef_attach(listener->socket, options->endpoint, false);
	if (listener->attached == NULL) {
		ef_listener_destroy(&listener);
	}
	return listener;
}

void ef_listener_destroy(ef_listener_t **listener_p)
{
	ef_listener_t *listener = *listener_p;

	if (listener != NULL) {
		ef_attached_destroy(&listener->attached);
		zsock_destroy(&listener->socket);
		free(listener);
		*listener_p = NULL;
	}
}

void *ef_listener_socket(const ef_listener_t *listener)
{
	return zsock_resolve(listener->socket);
}

/* Returns 1; 0 when no message is queued; -1 for one that is refused, with the reason in *why. */
static int receive(
	const ef_listener_t *listener, zmq_msg_t *raw, ef_message_t *message, const char **why)
{
	int got = ef_part_receive(ef_listener_socket(listener), raw, ZMQ_DONTWAIT, NULL);

	if (got == 0) {
		return 0;
	}
	if (got == -1) {
		*why = "it has more than one part";
		return -1;
	}
	if (ef_message_decode(message, zmq_msg_data(raw), zmq_msg_size(raw), why) == -1) {
		return -1;
	}
	if (message->head.kind != listener->kind && message->head.kind != EF_END &&
		listener->kind != EF_ANY_KIND) {
		*why = "it is of another kind";
		return -1;
	}
	return 1;
}

int ef_listener_receive(
	ef_listener_t *listener, int timeout_ms, zmq_msg_t *raw, ef_message_t *message)
{
	zmq_pollitem_t item = {ef_listener_socket(listener), 0, ZMQ_POLLIN, 0};
	const char *why;
	int got;

	ef_attached_tend(listener->attached);
	zmq_poll(&item, 1, timeout_ms);
	got = receive(listener, raw, message, &why);
	if (got == -1) {
		ef_warn_limited(
			&listener->limiter, "dropped a message on %s: %s", listener->endpoint, why);
	}
	return got == 1;
}
