#include "proto/link/port.h"

#include <czmq.h>

#include "proto/base/memory.h"
#include "proto/link/keys/attach.h"
#include "proto/link/peers/peers.h"

/* Messages queued for each sender. A sender that does not read receipts may close as soon as it has
 * sent, and ZeroMQ then loses what did not fit into the queue. Small messages therefore get a long
 * queue. */
#define QUEUE_IMAGES 2
#define QUEUE_SMALL 500

struct ef_port {
	ef_kind_t kind;
	char *endpoints;
	ef_bound_t *bound;
	zsock_t *socket;
	ef_attached_t *attached;
	ef_peers_t *peers;
};

static zsock_t *new_pull(const ef_link_options_t *options)
{
	size_t message_max = ef_kind_max(options->kind);
	int queue = message_max == EF_SMALL_MESSAGE_MAX ? QUEUE_SMALL : QUEUE_IMAGES;
	zsock_t *socket = zsock_new(ZMQ_PULL);

	zsock_set_linger(socket, 0);
	/* A message slightly over the limit is still received and counted as refused; for a much
	 * larger one, ZeroMQ closes the connection to its sender. */
	zsock_set_maxmsgsize(socket, (int)(message_max + message_max / 16));
	zsock_set_rcvhwm(socket, ef_endpoint_is_tcp(options->endpoint) ? 0 : queue);
	ef_connection_bounds(socket, options->endpoint, options->policy == EF_LATEST);
	return socket;
}

ef_port_t *ef_port_new(const ef_link_options_t *options)
{
	ef_port_t *port = ef_memory_new(sizeof(*port));

	port->kind = options->kind;
	port->endpoints = ef_memory_copy(options->endpoint);
	port->bound = ef_bound_new(port->endpoints);
	if (port->bound == NULL) {
		ef_port_destroy(&port);
		return NULL;
	}
	port->socket = new_pull(options);
	port->peers =
		ef_peers_new(port->socket, EF_SENDERS, port->endpoints, ef_kind_max(port->kind));
	if (options->workers > 0) {
		ef_peers_allow(port->peers, EF_SENDERS_MAX + options->workers);
	}
	port->attached = ef_attach(port->socket, port->endpoints, true);
	if (port->attached == NULL) {
		ef_port_destroy(&port);
	}
	return port;
}

void ef_port_destroy(ef_port_t **port_p)
{
	ef_port_t *port = *port_p;

	if (port != NULL) {
		ef_attached_destroy(&port->attached);
		ef_peers_destroy(&port->peers);
		zsock_destroy(&port->socket);
		ef_bound_destroy(&port->bound);
		free(port->endpoints);
		free(port);
		*port_p = NULL;
	}
}

void *ef_port_socket(const ef_port_t *port)
{
	return zsock_resolve(port->socket);
}

/* The size of a part with the frame header of ZMTP 3. */
static uint64_t bytes_of(zmq_msg_t *part)
{
	size_t size = zmq_msg_size(part);

	return size + (size < 256 ? 2 : 9);
}

int ef_part_receive(void *socket, zmq_msg_t *raw, int flags, uint64_t *bytes)
{
	uint64_t sum;
	int parts = 1;

	if (zmq_msg_recv(raw, socket, flags) == -1) {
		return 0;
	}
	sum = bytes_of(raw);
	while (zmq_msg_more(raw) && zmq_msg_recv(raw, socket, 0) != -1) {
		sum += bytes_of(raw);
		parts++;
	}
	if (bytes != NULL) {
		*bytes = sum;
	}
	return parts == 1 ? 1 : -1;
}

int ef_port_receive(ef_port_t *port, zmq_msg_t *raw, ef_message_t *message, const char **why)
{
	uint64_t bytes;
	int got;

	ef_peers_tend(port->peers);
	if (ef_attached_tend(port->attached) == 1) {
		ef_peers_cut(port->peers);
	}
	if (ef_peers_gave_up(port->peers)) {
		ef_attached_renew(port->attached);
	}
	got = ef_part_receive(zsock_resolve(port->socket), raw, ZMQ_DONTWAIT, &bytes);
	if (got == 0) {
		ef_peers_drained(port->peers);
		return 0;
	}
	ef_peers_heard(port->peers, raw, bytes);
	if (got == -1) {
		*why = "it has more than one part";
		return -1;
	}
	if (zmq_msg_size(raw) > ef_kind_max(port->kind)) {
		*why = ef_kind_max(port->kind) == EF_MESSAGE_MAX ? "larger than 64 MiB"
								 : "larger than 64 KiB";
		return -1;
	}
	if (ef_message_decode(message, zmq_msg_data(raw), zmq_msg_size(raw), why) == -1) {
		return -1;
	}
	if (message->head.kind != port->kind && message->head.kind != EF_END) {
		*why = "this stage does not accept messages of this kind";
		return -1;
	}
	return 1;
}
