/* Limits on the peers of a bound socket: the number of connections, and the unread bytes of each.
 * ZeroMQ limits the bytes of a part, but neither the parts of a message nor the connections. It can
 * limit the queue, but then a peer that fills it, sends a ping and disconnects makes libzmq 4.3.4
 * abort. Bytes are counted over TCP only: only this user can connect to its UNIX sockets. */
#ifndef EF_PEERS_H
#define EF_PEERS_H

#include <czmq.h>

#define EF_SENDERS_MAX 4 /* connections to one input */
#define EF_LISTENERS_MAX 16 /* to one tap */

typedef enum {
	EF_SENDERS, /* they send messages; a silent one may be replaced by another */
	EF_LISTENERS, /* they only subscribe */
} ef_peers_kind_t;

typedef struct ef_peers ef_peers_t;

/* Watches the peers of socket. Call it before the socket is bound; the socket must outlive it.
 * name is used in warnings; borrowed. message_max: bytes of the largest message. Never NULL. */
ef_peers_t *ef_peers_new(
	zsock_t *socket, ef_peers_kind_t kind, const char *name, size_t message_max);
void ef_peers_destroy(ef_peers_t **peers);

/* Allows so many connections, at most 64, instead. */
void ef_peers_allow(ef_peers_t *peers, int connections);

/* The number of connected peers at the last ef_peers_tend. */
int ef_peers_count(const ef_peers_t *peers);

/* Closes connections that exceed the limits. Call it often; never waits. */
void ef_peers_tend(ef_peers_t *peers);

/* True, once, when ZeroMQ has given up a connection that the socket makes (retry.h). */
int ef_peers_gave_up(ef_peers_t *peers);

/* Closes all connections; whoever is still allowed to connect does it again. */
void ef_peers_cut(ef_peers_t *peers);

/* Call it when a complete message was read: its last part, and the bytes that it had on the
 * wire. */
void ef_peers_heard(ef_peers_t *peers, zmq_msg_t *part, uint64_t bytes);

/* Call it when no message is queued: everything received was read, except for parts of an
 * incomplete message. */
void ef_peers_drained(ef_peers_t *peers);

#endif
