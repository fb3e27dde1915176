/* Asks an agent on another machine. */
#ifndef EF_QUESTIONS_H
#define EF_QUESTIONS_H

#include "agent/offset.h"
#include "proto/wire/message.h"

typedef struct ef_questions ef_questions_t;

/* Connects to endpoint, which is borrowed. Returns NULL after logging why not. */
ef_questions_t *ef_questions_new(const char *endpoint);
void ef_questions_destroy(ef_questions_t **questions);

/* Asks, and waits for the answer until until_ns. Notes the round trip, unless a restart was asked.
 * Returns 0; or -1 when nobody answers: then *why is NULL, or tells what was wrong with what came, a
 * static string. */
int ef_questions_ask(ef_questions_t *questions, const ef_ask_t *ask, int64_t until_ns,
	ef_message_t *answer, const char **why);

/* The offset of the agent's clock, of all round trips so far. */
const ef_offset_t *ef_questions_offset(const ef_questions_t *questions);

#endif
