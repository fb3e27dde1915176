#include "proto/link/deal/push.h"

#include "proto/link/endpoint.h"

#define WAIT_MS 100 /* how often a blocked call checks for a signal */
#define SEND_QUEUE 4 /* messages queued by a sender under EF_ALL */

zsock_t *ef_push_new(const char *endpoint, ef_policy_t policy)
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

int ef_push_send(zsock_t *push, zmq_msg_t *message)
{
	if (zmq_msg_send(message, zsock_resolve(push), 0) != -1) {
		return 0;
	}
	if (zmq_errno() == EAGAIN || zmq_errno() == EINTR) {
		return 1;
	}
	zsys_error("cannot send a message to the next stage: %s", zmq_strerror(zmq_errno()));
	return -1;
}
