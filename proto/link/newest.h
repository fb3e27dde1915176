/* The newest message of a port, whatever the queue was: a thread reads on while the stage works, and
 * keeps the last good one. A message that is refused takes no other's place. */
#ifndef EF_NEWEST_H
#define EF_NEWEST_H

#include "proto/link/port.h"

typedef struct ef_newest ef_newest_t;

/* Reads from port, which is borrowed and belongs to the thread until ef_newest_destroy. NULL after
 * logging why. */
ef_newest_t *ef_newest_new(ef_port_t *port);
void ef_newest_destroy(ef_newest_t **newest);

/* Waits up to timeout_ms, and not at all for what is there already. Returns 1 with *message, whose
 * pixels stay valid until the next call; else 0: after the time, a signal, or a refusal. */
int ef_newest_take(ef_newest_t *newest, int timeout_ms, ef_message_t *message);

/* How many messages were refused since the last call; the last one's reason in *why. */
uint64_t ef_newest_refused(ef_newest_t *newest, const char **why);

#endif
