/* The newest message of a port, however many are queued: a thread keeps reading while the stage
 * works, and stores the last valid message. A refused message never replaces a valid one. */
#ifndef EF_NEWEST_H
#define EF_NEWEST_H

#include "proto/link/port.h"

typedef struct ef_newest ef_newest_t;

/* Starts the thread. workers: several send, and what comes late is dropped (deal/turn.h). port is borrowed, and only the thread may use it until ef_newest_destroy.
 * Returns NULL after logging the reason. */
ef_newest_t *ef_newest_new(ef_port_t *port, int workers);
void ef_newest_destroy(ef_newest_t **newest);

/* Waits up to timeout_ms for a message that was not taken yet. Returns 1 with *message, whose
 * pixels stay valid until the next call; 0 after the timeout, a signal, or a refused message. */
int ef_newest_take(ef_newest_t *newest, int timeout_ms, ef_message_t *message);

/* Moves the message taken last to raw, which is initialised; its pixels stay where they are. */
void ef_newest_move(ef_newest_t *newest, zmq_msg_t *raw);

/* Returns the number of messages refused since the last call; *why is the reason for the last
 * one. */
uint64_t ef_newest_refused(ef_newest_t *newest, const char **why);

#endif
