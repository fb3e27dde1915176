/* The connections of a live output. */
#ifndef EF_CONNECTIONS_H
#define EF_CONNECTIONS_H

#include <czmq.h>

#include "proto/link/tcp/congestion.h"

typedef struct ef_connections ef_connections_t;

/* Watches the connections of socket, whose endpoints are named in warnings (borrowed), and keeps little unsent in the kernel, where it would grow old.
 * Call it before socket is connected; the socket must outlive it. Never NULL. */
ef_connections_t *ef_connections_new(zsock_t *socket, const char *endpoints);
void ef_connections_destroy(ef_connections_t **connections);

/* True, once, when ZeroMQ has given up one (proto/link/peers/retry.h). */
int ef_connections_gave_up(ef_connections_t *connections);

/* Closes those that were accepted or made; whoever is still allowed connects again. */
void ef_connections_cut(ef_connections_t *connections);

/* How they carry what was sent. Call it before each message; never waits. */
ef_congestion_t ef_connections_tend(ef_connections_t *connections);

#endif
