/* Endpoints: whether they lead to another machine, limits on their connections, and ownership of the UNIX sockets that are bound.
 *
 * An endpoint list is ZeroMQ endpoints separated by commas, each with or without CZMQ's prefix
 * @ (bind) or > (connect). */
#ifndef EF_ENDPOINT_H
#define EF_ENDPOINT_H

#include <czmq.h>

#define EF_ENDPOINTS_MAX 16 /* in one list */

/* Sets timeouts for the connections of socket: a peer that does not complete the handshake is
 * disconnected after 1.5 s, and a TCP peer whose machine does not answer after 2 s. With live,
 * so is a peer that does not read what is sent. The kernel does this: with ZeroMQ's own
 * heartbeats, libzmq 4.3.4 aborts when a peer with a full queue disconnects. Call it before the
 * socket is bound or connected. */
void ef_connection_bounds(zsock_t *socket, const char *list, int live);

/* True when every endpoint of the list stays on this machine: ipc, inproc, or loopback tcp. */
int ef_endpoint_is_local(const char *list);

/* True when the list has a TCP endpoint. */
int ef_endpoint_is_tcp(const char *list);

/* An endpoint without its prefix; points into it. */
const char *ef_endpoint_bare(const char *endpoint);

/* The number of endpoints in the list. */
int ef_endpoint_count(const char *list);

typedef struct ef_bound ef_bound_t;

/* Locks each UNIX socket of the list that will be bound (all but those with >). Call it before
 * binding. Returns NULL after logging which process holds the lock. */
ef_bound_t *ef_bound_new(const char *list);

/* Removes the files of the UNIX sockets, which ZeroMQ leaves behind, and releases the locks.
 * Call it after the socket was closed. */
void ef_bound_destroy(ef_bound_t **bound);

#endif
