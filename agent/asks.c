#include "agent/asks.h"

#include <czmq.h>

#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/link/peers/peers.h"

#define ANSWERS_MAX 16 /* queued for an asker that does not read */
#define ASKS_MAX 16 /* queued of each asker on this machine; over TCP, ef_peers limits them */

struct ef_asks {
	const char *endpoint;
	ef_bound_t *bound;
	zsock_t *socket;
	ef_peers_t *peers;
	ef_attached_t *attached;
};

ef_asks_t *ef_asks_new(const char *endpoint)
{
	ef_asks_t *asks = ef_memory_new(sizeof(*asks));

	asks->endpoint = endpoint;
	asks->bound = ef_bound_new(endpoint);
	if (asks->bound == NULL) {
		ef_asks_destroy(&asks);
		return NULL;
	}
	asks->socket = zsock_new(ZMQ_ROUTER);
	zsock_set_linger(asks->socket, 0);
	zsock_set_maxmsgsize(asks->socket, (int)EF_SMALL_MESSAGE_MAX);
	zsock_set_sndhwm(asks->socket, ANSWERS_MAX);
	zsock_set_rcvhwm(asks->socket, ef_endpoint_is_tcp(endpoint) ? 0 : ASKS_MAX);
	ef_connection_bounds(asks->socket, endpoint, 1);
	asks->peers = ef_peers_new(asks->socket, EF_ASKERS, endpoint, EF_SMALL_MESSAGE_MAX);
	asks->attached = ef_attach(asks->socket, endpoint, true);
	if (asks->attached == NULL) {
		ef_asks_destroy(&asks);
	}
	return asks;
}

void ef_asks_destroy(ef_asks_t **asks_p)
{
	ef_asks_t *asks = *asks_p;

	if (asks != NULL) {
		ef_attached_destroy(&asks->attached);
		ef_peers_destroy(&asks->peers);
		zsock_destroy(&asks->socket);
		ef_bound_destroy(&asks->bound);
		free(asks);
		*asks_p = NULL;
	}
}

/* Reads the parts of one message: who asks, for a REQ socket an empty one, and the ask itself, which
 * is in *raw then. Returns 1; 0 for no message; -1 for other parts, all of which are dropped. */
static int receive_parts(ef_asks_t *asks, zmq_msg_t *raw, ef_asker_t *asker)
{
	void *socket = zsock_resolve(asks->socket);
	uint64_t bytes = 0;
	int parts = 0, more = 1, is_good = 1;

	*asker = (ef_asker_t){0};
	while (more) {
		if (zmq_msg_recv(raw, socket, parts == 0 ? ZMQ_DONTWAIT : 0) == -1) {
			return 0;
		}
		more = zmq_msg_more(raw);
		bytes += zmq_msg_size(raw);
		parts++;
		if (parts == 1 && zmq_msg_size(raw) < sizeof(asker->id)) {
			asker->size = zmq_msg_size(raw);
			memcpy(asker->id, zmq_msg_data(raw), asker->size);
		} else if (parts == 2 && more && zmq_msg_size(raw) == 0) {
			asker->is_req = 1;
		} else if (more) {
			is_good = 0;
		}
	}
	ef_peers_heard(asks->peers, raw, bytes);
	return is_good && parts == 2 + asker->is_req ? 1 : -1;
}

int ef_asks_receive(
	ef_asks_t *asks, int timeout_ms, ef_message_t *ask, ef_asker_t *asker, const char **why)
{
	zmq_pollitem_t item = {zsock_resolve(asks->socket), 0, ZMQ_POLLIN, 0};
	zmq_msg_t raw;
	int got;

	zmq_poll(&item, 1, timeout_ms);
	ef_peers_tend(asks->peers);
	if (ef_attached_tend(asks->attached)) {
		ef_peers_cut(asks->peers);
	}
	zmq_msg_init(&raw);
	got = receive_parts(asks, &raw, asker);
	if (got == 0) {
		ef_peers_drained(asks->peers);
	} else if (got == -1) {
		*why = "it does not have one part";
	} else if (ef_message_decode(ask, zmq_msg_data(&raw), zmq_msg_size(&raw), why) == -1) {
		got = -1;
	} else if (ask->head.kind != EF_ASK) {
		*why = "an agent does not accept messages of this kind";
		got = -1;
	}
	zmq_msg_close(&raw);
	return got;
}

void ef_asks_answer(ef_asks_t *asks, const ef_asker_t *asker, const ef_message_t *answer)
{
	void *socket = zsock_resolve(asks->socket);
	size_t size;
	uint8_t *bytes = ef_message_encode(answer, &size);

	if (bytes != NULL &&
		zmq_send(socket, asker->id, asker->size, ZMQ_DONTWAIT | ZMQ_SNDMORE) != -1) {
		if (asker->is_req) {
			zmq_send(socket, "", 0, ZMQ_DONTWAIT | ZMQ_SNDMORE);
		}
		zmq_send(socket, bytes, size, ZMQ_DONTWAIT);
	}
	free(bytes);
}
