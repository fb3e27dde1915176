/* ZeroMQ never again connects to where a handshake has failed: where the other machine does not allow this
 * one's key yet, or another program has answered. This notices it, from the events of a socket. */
#ifndef EF_RETRY_H
#define EF_RETRY_H

#include <stdint.h>

/* What to monitor for it, besides connections. */
#define EF_RETRY_EVENTS ZMQ_EVENT_CONNECT_RETRIED

/* Zero-initialised. */
typedef struct {
	int64_t lost_ms; /* when a connection ended that ZeroMQ has not tried again since; 0: none */
} ef_retry_t;

/* Call it for each event of the socket. */
void ef_retry_event(ef_retry_t *retry, int event);

/* True once a second while connections is 0, the number of those that the socket has, and ZeroMQ does not try
 * again: call ef_attached_retry then. */
int ef_retry_is_due(ef_retry_t *retry, int connections);

#endif
