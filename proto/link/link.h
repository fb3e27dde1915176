/* The links between stages: ZeroMQ PUSH -> PULL, one msgpack message each, and taps.
 *
 * A stage binds its input and connects its output. An endpoint may carry CZMQ's prefix @ (bind) or
 * > (connect) to turn that round, and be a list, separated by commas: an input hears all of them,
 * an output under EF_LATEST deals its messages out in turn. */
#ifndef EF_LINK_H
#define EF_LINK_H

#include "proto/link/endpoint.h"
#include "proto/wire/message.h"

typedef enum {
	EF_LATEST, /* live: the newest message wins; sending never blocks */
	EF_ALL, /* a file: every message, in order, with back-pressure; taps too */
} ef_policy_t;

typedef struct ef_input ef_input_t;

/* What was refused since the last call of ef_input_receive. */
typedef struct {
	uint64_t count;
	const char *why; /* of the last one; static */
} ef_refused_t;

/* Binds, for messages of that kind. NULL after logging why. */
ef_input_t *ef_input_new(const char *endpoint, ef_policy_t policy, ef_kind_t kind);
void ef_input_destroy(ef_input_t **input);

/* Waits up to timeout_ms for a message: the newest under EF_LATEST; under EF_ALL the next, which may
 * be an EF_END. Returns 1 with *message, whose pixels stay valid until the next call; 0 after the
 * time, a signal or a refusal. Fills *refused in any case. */
int ef_input_receive(
	ef_input_t *input, int timeout_ms, ef_message_t *message, ef_refused_t *refused);

typedef struct ef_output ef_output_t;

/* Connects to endpoint and binds a tap; either may be NULL. NULL after logging why. */
ef_output_t *ef_output_new(const char *endpoint, const char *tap, ef_policy_t policy);

/* After EF_END was sent, ef_output_finish comes first: this loses what is under way. */
void ef_output_destroy(ef_output_t **output);

/* Sends a copy of message to the link and to the tap's listeners. Under EF_ALL it waits for room,
 * and before the first message for a first listener of the tap. Returns 0; 1 when nobody took it
 * (EF_LATEST); -1 after a signal, or after logging why it cannot be sent. */
int ef_output_send(ef_output_t *output, const ef_message_t *message);

/* Under EF_ALL, once an EF_END was sent: waits until the reader has read it and the tap's listeners
 * have hung up, however long that takes. Returns 0; -1 after a signal, or after logging how much
 * was not read. */
int ef_output_finish(ef_output_t *output);

#endif
