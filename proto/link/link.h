/* The links between stages: ZeroMQ PUSH -> PULL, one msgpack message each, and taps.
 *
 * A stage binds its input and connects its output. An endpoint may have CZMQ's prefix @ (bind) or
 * > (connect) to reverse that, and may be a list, separated by commas: an input then receives from
 * all of them, and an output deals its messages to several workers (deal/deal.h). */
#ifndef EF_LINK_H
#define EF_LINK_H

#include "proto/link/endpoint.h"
#include "proto/link/link_options.h"

typedef struct ef_input ef_input_t;
typedef struct ef_output ef_output_t;

/* The messages refused since the last call of ef_input_receive. */
typedef struct {
	uint64_t count;
	const char *why; /* reason for the last one; static */
} ef_refused_t;

/* Binds the endpoint. Returns NULL after logging the reason. */
ef_input_t *ef_input_new(const ef_link_options_t *options);
void ef_input_destroy(ef_input_t **input);

/* Under EF_ALL: confirms a message only when the reader of the stage's own output has read what was made
 * of it, so that nothing is lost with a worker that dies. Call it before the first receive; output must
 * outlive the input. */
void ef_input_relay(ef_input_t *input, ef_output_t *output);

/* How many messages were received and are not confirmed yet. */
int ef_input_unconfirmed(const ef_input_t *input);

/* True when the reader of that output has disconnected: the stage must exit, because what its senders
 * have sent belongs to no other reader. */
int ef_input_is_over(const ef_input_t *input);

/* Waits up to timeout_ms for a message: the newest under EF_LATEST; under EF_ALL the next, which
 * may be an EF_END. Returns 1 with *message, whose pixels stay valid until the next call; 0
 * after the timeout, a signal or a refused message. Always fills *refused. */
int ef_input_receive(
	ef_input_t *input, int timeout_ms, ef_message_t *message, ef_refused_t *refused);

/* Keeps the last message that was received: its pixels then stay valid until the next call of this
 * function, whatever else is received. Call it before the next receive. */
void ef_input_keep(ef_input_t *input);

/* Connects to the endpoint and binds the tap, where they are not NULL. Returns NULL after logging
 * the reason. */
ef_output_t *ef_output_new(const ef_link_options_t *options);

/* Messages that were not read yet are lost: after an EF_END, call ef_output_finish first. */
void ef_output_destroy(ef_output_t **output);

/* Sends a copy of message to the link and to the tap's listeners. Under EF_ALL it waits for room
 * in the queue, and before the first message for a first listener of the tap. Returns 0; 1 when
 * no reader accepted it (EF_LATEST); -1 after a signal, or after logging why it cannot be sent. */
int ef_output_send(ef_output_t *output, const ef_message_t *message);

/* Under EF_ALL, after an EF_END was sent: waits, without a timeout, until the reader has read it
 * and the tap's listeners have disconnected. Returns 0; -1 after a signal, or after logging how
 * many messages were not read. */
int ef_output_finish(ef_output_t *output);

#endif
