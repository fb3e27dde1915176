/* What every stage has in common: options, links, statistics, signals, the loop. */
#ifndef EF_STAGE_H
#define EF_STAGE_H

#include "proto/link/link.h"
#include "proto/stage/options.h"
#include "proto/stage/stats.h"

typedef struct {
	const char *name; /* "tracker": in the trace, the log and the statistics */

	/* Common options. in and out start as edge names ("frames") or NULL for a stage without
	 * that end; after ef_stage_options they are endpoints. */
	const char *in, *out;
	ef_kind_t takes; /* kind of the messages of in */
	const char *tap, *stats_path;
	int policy; /* ef_policy_t */
	int verbose, insecure;

	/* After ef_stage_open. */
	ef_input_t *input; /* NULL without in */
	ef_output_t *output; /* NULL without out and tap */
	ef_stats_t *stats;
	char *default_in, *default_out;
} ef_stage_t;

/* Sets up the log and parses the common options and the stage's own (a table ending with a NULL
 * name, or NULL). Returns -1 to go on, or the status to exit with. */
int ef_stage_options(
	ef_stage_t *stage, const ef_usage_t *usage, const ef_option_t *own, int argc, char **argv);

/* Opens links and statistics and catches SIGINT and SIGTERM. Returns 0, or -1 after logging why;
 * ef_stage_close is due in both cases. */
int ef_stage_open(ef_stage_t *stage);
void ef_stage_close(ef_stage_t *stage);

/* True once SIGINT or SIGTERM has come. */
int ef_stage_stopping(void);

/* Waits up to timeout_ms for a message of the kind that the stage takes, or under EF_ALL an EF_END,
 * and starts this stage's entry in its trace. Anything else is counted and dropped with one
 * rate-limited line. Returns 1, or 0 when there is nothing (yet). */
int ef_stage_receive(ef_stage_t *stage, int timeout_ms, ef_message_t *message);

/* Ends this stage's entry in the trace, counts and sends. Returns 0; -1 when interrupted, or after
 * logging why it cannot be sent. */
int ef_stage_send(ef_stage_t *stage, ef_message_t *message);

/* Under EF_ALL: hangs up on the stage before, passes the EF_END on and waits until it was read.
 * Returns the exit status: 1 when the stage after did not read everything. */
int ef_stage_finish(ef_stage_t *stage, ef_message_t *end);

/* Turns one message into another. out arrives with in's head, its trace entry begun; the function
 * sets out->head.kind and the body. Returns 1 to send it, 0 for nothing, -1 to stop with an error
 * it has logged. */
typedef int(ef_stage_step_fn)(void *self, const ef_message_t *in, ef_message_t *out);

/* Receives messages and sends what step makes of them, until a signal, or under
 * EF_ALL an EF_END, which is passed on. Returns the exit status. */
int ef_stage_run(ef_stage_t *stage, ef_stage_step_fn *step, void *self);

#endif
