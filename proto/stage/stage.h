/* Common parts of every stage: options, links, statistics, signals and the main loop. */
#ifndef EF_STAGE_H
#define EF_STAGE_H

#include "proto/link/link.h"
#include "proto/stage/options.h"
#include "proto/stage/stats.h"
#include "proto/stage/waited.h"

typedef struct {
	const char *name; /* "tracker": in the trace, the log and the statistics */

	/* Common options. in and out start as names of edges ("frames"), or NULL for a stage
	 * without input or output; ef_stage_options replaces them by endpoints, and the endpoint "none"
	 * by NULL. */
	const char *in, *out;
	ef_kind_t accepts; /* kind of message that the input accepts */
	const char *tap, *stats_path;
	int policy; /* ef_policy_t */
	int max_age; /* ms that a message may have waited under EF_LATEST; 0: any */
	int workers; /* how many stages send to the input, which share the work; 0: one sends */
	int verbose, insecure;
	/* The stage makes one message of each, and remembers nothing from one to the next: several of
	 * it may share the work. */
	int is_worker;
	int deals; /* the stage after this one is such a worker: --out may name several */
	ef_fit_fn *fit; /* for a live output to another machine, or NULL */
	void *fit_self;

	/* Set by ef_stage_open. */
	ef_input_t *input; /* NULL without in */
	ef_output_t *output; /* NULL without out and tap */
	ef_ways_t ways; /* of the messages received */
	ef_stats_t *stats;
	int failed; /* the stage after this worker exited too early, and this one stops */
	char *default_in, *default_out;
} ef_stage_t;

/* Sets up the log and parses the common options and the stage's own (a table ending with a NULL
 * name, or NULL). Returns -1 to continue, or the exit status. */
int ef_stage_options(
	ef_stage_t *stage, const ef_usage_t *usage, const ef_option_t *own, int argc, char **argv);

/* Opens links and statistics and handles SIGINT and SIGTERM. Returns 0, or -1 after logging the
 * reason; ef_stage_close must be called in both cases. */
int ef_stage_open(ef_stage_t *stage);
void ef_stage_close(ef_stage_t *stage);

/* True once SIGINT or SIGTERM was received. */
int ef_stage_stopping(void);

/* Waits up to timeout_ms for a message of the kind that the stage accepts, or under EF_ALL an
 * EF_END, and begins this stage's entry in its trace. Any other message is counted as bad,
 * dropped and logged (rate-limited); likewise one that has waited for too long, which is counted as
 * dropped. Returns 1, or 0 when no message was accepted. */
int ef_stage_receive(ef_stage_t *stage, int timeout_ms, ef_message_t *message);

/* Completes this stage's entry in the trace, counts the message and sends it. Returns 0; -1 when
 * interrupted, or after logging why it cannot be sent. */
int ef_stage_send(ef_stage_t *stage, ef_message_t *message);

/* Under EF_ALL: closes the input, passes the EF_END on and waits until it was read. Returns the
 * exit status: 1 when the next stage did not read everything. */
int ef_stage_finish(ef_stage_t *stage, ef_message_t *end);

/* Turns one message into another. out starts with a copy of in's head, in which this stage's trace
 * entry is begun; the function sets out->head.kind and the body. Returns 1 to send out, 0 to send
 * nothing, -1 to stop after logging an error. */
typedef int(ef_stage_step_fn)(void *self, const ef_message_t *in, ef_message_t *out);

/* Does what can wait until the message that step made has been sent. The pixels that step got are still valid,
 * the rest of the message is not. */
typedef void(ef_stage_after_fn)(void *self);

/* Receives messages, passes each to step and sends the result, until a signal or, under EF_ALL, an
 * EF_END, which is passed on. after: NULL, or called after a result was sent: at once under EF_ALL, else halfway to
 * the next message, when the stages after this one have mostly done their work; not at all when that message comes
 * sooner, but ten times in a row at most. Returns the exit status. */
int ef_stage_run(ef_stage_t *stage, ef_stage_step_fn *step, ef_stage_after_fn *after, void *self);

#endif
