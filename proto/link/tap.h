/* A tap: a socket where anybody may listen to what a stage sends. */
#ifndef EF_TAP_H
#define EF_TAP_H

#include <czmq.h>

#include "proto/link/endpoint.h"

typedef struct ef_tap ef_tap_t;

/* Binds endpoints. queue: messages kept for each listener. wait: ef_tap_send waits for listeners
 * whose queue is full; else they lose messages. NULL after logging why. */
ef_tap_t *ef_tap_new(const char *endpoints, int queue, int wait);

/* What is under way is lost, but for what leaves within the time of ef_tap_linger. */
void ef_tap_destroy(ef_tap_t **tap);
void ef_tap_linger(ef_tap_t *tap, int ms);

/* What a listener gets before all else from now on: a copy of message. */
void ef_tap_welcome(ef_tap_t *tap, zmq_msg_t *message);

/* For zmq_poll(): readable when a listener comes or goes, which ef_tap_listened takes note of. */
void *ef_tap_socket(const ef_tap_t *tap);

/* True when somebody listens, and ever has listened. */
int ef_tap_listened(ef_tap_t *tap);
int ef_tap_was_listened(ef_tap_t *tap);

/* Sends a copy of message, which shares its bytes, to who listens. With wait, blocks up to 100 ms
 * for room. Returns 0; 1 when there was no room, or nobody listens; -1 on failure. */
int ef_tap_send(ef_tap_t *tap, zmq_msg_t *message);

#endif
