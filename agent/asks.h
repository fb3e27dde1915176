/* The socket of an agent: what it is asked, and its answers. */
#ifndef EF_ASKS_H
#define EF_ASKS_H

#include "proto/wire/message.h"

typedef struct ef_asks ef_asks_t;

/* Where an answer goes. */
typedef struct {
	size_t size;
	unsigned char id[256]; /* that ZeroMQ gave the connection */
	int is_req; /* asked by a REQ socket, which wants an empty part before the answer */
} ef_asker_t;

/* Binds endpoint, which is borrowed. Returns NULL after logging why not. */
ef_asks_t *ef_asks_new(const char *endpoint);
void ef_asks_destroy(ef_asks_t **asks);

/* Waits up to timeout_ms for an EF_ASK. Returns 1 and who asks; 0 when none came; -1 for a message
 * that was refused, with the reason, a static string, in *why. */
int ef_asks_receive(
	ef_asks_t *asks, int timeout_ms, ef_message_t *ask, ef_asker_t *asker, const char **why);

/* Sends an answer. One to somebody who does not read, or has gone, is dropped. */
void ef_asks_answer(ef_asks_t *asks, const ef_asker_t *asker, const ef_message_t *answer);

#endif
