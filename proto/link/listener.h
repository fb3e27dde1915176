/* Listens to a tap. */
#ifndef EF_LISTENER_H
#define EF_LISTENER_H

#include <czmq.h>

#include "proto/link/link_options.h"

typedef struct ef_listener ef_listener_t;

/* Connects to the tap at options->endpoint, for messages of options->kind, or with EF_ANY_KIND for
 * all messages. options->queue messages are queued; under EF_ALL the stage then waits for this
 * listener, under EF_LATEST it loses messages. The endpoint is borrowed until ef_listener_destroy.
 * Returns NULL after logging the reason. */
ef_listener_t *ef_listener_new(const ef_link_options_t *options);

/* Disconnects. Under EF_ALL, the stage waits for that at the end of the stream. */
void ef_listener_destroy(ef_listener_t **listener);

/* For zmq_poll(). */
void *ef_listener_socket(const ef_listener_t *listener);

/* Waits up to timeout_ms for a message. Returns 1 with *message, which is of the listener's kind or
 * EF_END; its pixels point into *raw, which the caller initialises and keeps as long as the pixels
 * are used. Returns 0 after the timeout, a signal, or a message that was dropped with a warning. */
int ef_listener_receive(
	ef_listener_t *listener, int timeout_ms, zmq_msg_t *raw, ef_message_t *message);

#endif
