/* A tap: a PUB socket where any program may listen to the messages that a stage sends. */
#ifndef EF_TAP_H
#define EF_TAP_H

#include <czmq.h>

#include "proto/link/endpoint.h"

typedef struct ef_tap ef_tap_t;

/* Binds endpoints. queue: messages queued for each listener. wait: ef_tap_send waits for
 * listeners with a full queue; otherwise they lose messages. Returns NULL after logging the
 * reason. */
ef_tap_t *ef_tap_new(const char *endpoints, int queue, int wait);

/* Queued messages are lost, except for those sent within the time of ef_tap_linger. */
void ef_tap_destroy(ef_tap_t **tap);
void ef_tap_linger(ef_tap_t *tap, int ms);

/* Sets the first message that each new listener receives: a copy of message. */
void ef_tap_welcome(ef_tap_t *tap, zmq_msg_t *message);

/* For zmq_poll(): readable when a listener subscribes or leaves; ef_tap_listened handles that. */
void *ef_tap_socket(const ef_tap_t *tap);

/* True when a listener is connected; true when there ever was one. */
int ef_tap_listened(ef_tap_t *tap);
int ef_tap_was_listened(ef_tap_t *tap);

/* Sends a copy of message, which shares its bytes, to all listeners. With wait, blocks up to 100
 * ms while a queue is full. Returns 0; 1 when a queue was full, or there is no listener; -1 on
 * failure, with zmq_errno(). */
int ef_tap_send(ef_tap_t *tap, zmq_msg_t *message);

#endif
