/* The links between stages: ZeroMQ PUSH -> PULL, one msgpack message each, and PUB taps.
 *
 * A stage binds its input and connects its output. An endpoint may carry CZMQ's prefix @ (bind) or
 * > (connect) to turn that round, and an output may be several, separated by commas: the messages
 * are then dealt out in turn. */
#ifndef EF_LINK_H
#define EF_LINK_H

#include "proto/endpoint.h"
#include "proto/message.h"

typedef enum {
	EF_LATEST, /* live: the newest message wins; sending never blocks */
	EF_ALL, /* a file: every message, in order, with back-pressure; taps too */
} ef_policy_t;

typedef struct ef_input ef_input_t;

/* Binds. NULL after logging why. */
ef_input_t *ef_input_new(const char *endpoint, ef_policy_t policy);
void ef_input_destroy(ef_input_t **input);

/* Waits up to timeout_ms for a message. Returns 1 with *message, whose pixels stay valid until the
 * next call; 0 after the time or a signal; -1 for a malformed message, with a static reason. */
int ef_input_receive(ef_input_t *input, int timeout_ms, ef_message_t *message, const char **why);

typedef struct ef_output ef_output_t;

/* Connects to endpoint and binds a tap; either may be NULL. NULL after logging why. */
ef_output_t *ef_output_new(const char *endpoint, const char *tap, ef_policy_t policy);

void ef_output_destroy(ef_output_t **output);

/* Sends a copy of message to the link and to the tap's listeners. Under EF_ALL it waits for room,
 * and before the first message for a first listener of the tap. Returns 0; 1 when nobody took it
 * (EF_LATEST); -1 when interrupted or out of memory. */
int ef_output_send(ef_output_t *output, const ef_message_t *message);

/* Under EF_ALL, once an EF_END was sent: waits until the peer and the tap's listeners, having read
 * it, have hung up; a minute at most. Destroying the output before may lose what is under way. */
void ef_output_finish(ef_output_t *output);

#endif
