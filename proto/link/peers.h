/* Bounds on those who connect to a bound socket: how many, and how much each may send before it has
 * been read. ZeroMQ bounds the bytes of a part, but neither the parts of a message nor the
 * connections; and where it bounds the queue, libzmq 4.3.4 can be made to abort (a peer that fills
 * it, sends a ping and hangs up). Bytes are counted over TCP only: a UNIX socket is this user's own. */
#ifndef EF_PEERS_H
#define EF_PEERS_H

#include <czmq.h>

#define EF_SENDERS_MAX 4 /* connections to one input */
#define EF_LISTENERS_MAX 16 /* to one tap */

typedef enum {
	EF_SENDERS, /* they send; one that is silent makes room for another */
	EF_LISTENERS, /* they only subscribe */
} ef_peers_kind_t;

typedef struct ef_peers ef_peers_t;

/* Guards socket, before it is bound. name is told in warnings; borrowed. message_max: bytes of the
 * largest message. The socket must outlive the guard. Never NULL. */
ef_peers_t *ef_peers_new(
	zsock_t *socket, ef_peers_kind_t kind, const char *name, size_t message_max);
void ef_peers_destroy(ef_peers_t **peers);

/* How many are connected, as of the last ef_peers_tend. */
int ef_peers_count(const ef_peers_t *peers);

/* Cuts the connections that are too many or send without end. Call it often; never waits. */
void ef_peers_tend(ef_peers_t *peers);

/* A whole message of that many bytes, as they were on the wire, has been read; its last part. */
void ef_peers_heard(ef_peers_t *peers, zmq_msg_t *part, uint64_t bytes);

/* There is nothing to read: what had come is read, but for parts of a message that is not whole. */
void ef_peers_drained(ef_peers_t *peers);

#endif
