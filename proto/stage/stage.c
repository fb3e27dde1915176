#include "proto/stage/stage.h"

#include <czmq.h>
#include <math.h>
#include <signal.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/link/keys/attach.h"
#include "proto/stage/runtime.h"

#define LULL_MS_MAX 50
#define PUT_OFF_MAX 10 /* messages */
#define TICK_MS 100
#define MAX_AGE 250 /* ms: a face that is shown later no longer fits the sound */
#define NS_PER_MS INT64_C(1000000)

static void free_endpoints(ef_stage_t *stage)
{
	freen(stage->default_in);
	freen(stage->default_out);
}

int ef_stage_options(
	ef_stage_t *stage, const ef_usage_t *usage, const ef_option_t *own, int argc, char **argv)
{
	static const char *const policies[] = {"latest", "all", NULL};
	static const ef_option_t none[] = {{0}};
	ef_option_t ends[] = {
		{"in", EF_OPTION_TEXT, &stage->in, "ENDPOINT", "bind the input socket at ENDPOINT",
			0, 0, NULL},
		{"max-age", EF_OPTION_INT, &stage->max_age, "MS",
			"live, drop messages that waited longer on their way; 0: none", 0, 60000,
			NULL},
		{"out", EF_OPTION_TEXT, &stage->out, "ENDPOINT",
			stage->deals
				? "connect the output to ENDPOINT; several renderers: a,b; none: "
				  "nowhere"
				: "connect the output to ENDPOINT; none: nowhere",
			0, 0, NULL},
		{"tap", EF_OPTION_TEXT, &stage->tap, "ENDPOINT",
			"publish a copy of every sent message at ENDPOINT", 0, 0, NULL},
		{0},
	};
	const ef_option_t common[] = {
		{"policy", EF_OPTION_CHOICE, &stage->policy, "POLICY",
			"latest: the newest message wins; all: no message is lost", 0, 0, policies},
		{"stats", EF_OPTION_TEXT, &stage->stats_path, "FILE",
			"write statistics to FILE once a second, as one JSON object", 0, 0, NULL},
		{"verbose", EF_OPTION_FLAG, &stage->verbose, NULL,
			"print a line of statistics on stderr once a second", 0, 0, NULL},
		{"insecure-plaintext", EF_OPTION_FLAG, &stage->insecure, NULL,
			"allow unencrypted TCP to other machines", 0, 0, NULL},
		{0},
	};
	/* A source has no --in; the sink has neither --out nor --tap. */
	const ef_option_t *own_ends = stage->in == NULL ? ends + 2 : ends;
	int status;
	const ef_option_t *tables[] = {own != NULL ? own : none, own_ends, common, NULL};

	if (stage->out == NULL) {
		ends[2] = (ef_option_t){0};
	}
	stage->max_age = MAX_AGE;
	ef_log_init(stage->name);
	if (stage->in != NULL) {
		stage->in = stage->default_in = ef_runtime_endpoint(stage->in);
	}
	if (stage->out != NULL) {
		stage->out = stage->default_out = ef_runtime_endpoint(stage->out);
	}
	status = ef_options_parse(usage, tables, argc, argv);
	if (status != -1) {
		free_endpoints(stage);
	} else if (stage->out != NULL && strcmp(stage->out, "none") == 0) {
		stage->out = NULL;
	}
	return status;
}

/* Returns 0, or -1 after logging why the work cannot be shared. */
static int check_sharing(const ef_stage_t *stage)
{
	if (stage->out == NULL || stage->deals || ef_endpoint_count(stage->out) <= 1) {
		return 0;
	}
	zsys_error(
		"--out %s: give one endpoint: the stage after %s remembers what it saw before, and "
		"would see only a part; only renderers, which remember nothing, share their work",
		stage->out, stage->name);
	return -1;
}

static int check_endpoints(const ef_stage_t *stage)
{
	const char *const endpoints[] = {stage->in, stage->out, stage->tap};

	if (check_sharing(stage) == -1) {
		return -1;
	}
	for (int i = 0; i < 3; i++) {
		if (endpoints[i] != NULL && ef_attach_prepare(endpoints[i], stage->insecure)) {
			return -1;
		}
	}
	return 0;
}

/* True when the output is live and leads to another machine. */
static int is_far(const ef_stage_t *stage)
{
	return stage->policy == EF_LATEST && stage->out != NULL &&
	       !ef_endpoint_is_local(stage->out);
}

int ef_stage_open(ef_stage_t *stage)
{
	/* When a reader closes its end, write() returns an error instead of killing the process. */
	signal(SIGPIPE, SIG_IGN);
	if (check_endpoints(stage) == -1) {
		return -1;
	}
	if ((stage->in == stage->default_in || stage->out == stage->default_out) &&
		ef_runtime_make() == -1) {
		return -1;
	}
	if (stage->in != NULL) {
		stage->input = ef_input_new(&(ef_link_options_t){.endpoint = stage->in,
			.policy = stage->policy,
			.kind = stage->accepts,
			.confirms = stage->is_worker,
			.workers = stage->workers});
		if (stage->input == NULL) {
			return -1;
		}
	}
	if (stage->out != NULL || stage->tap != NULL) {
		stage->output = ef_output_new(&(ef_link_options_t){.endpoint = stage->out,
			.tap = stage->tap,
			.policy = stage->policy,
			.fit = is_far(stage) ? stage->fit : NULL,
			.fit_self = stage->fit_self});
		if (stage->output == NULL) {
			return -1;
		}
	}
	if (stage->is_worker && stage->input != NULL && stage->output != NULL) {
		ef_input_relay(stage->input, stage->output);
	}
	stage->stats = ef_stats_new(stage->name, stage->stats_path, stage->verbose);
	if (stage->is_worker && stage->policy == EF_ALL) {
		ef_stats_share(stage->stats); /* nothing is lost */
	}
	return 0;
}

void ef_stage_close(ef_stage_t *stage)
{
	ef_input_destroy(&stage->input);
	ef_output_destroy(&stage->output);
	ef_stats_destroy(&stage->stats);
	free_endpoints(stage);
}

int ef_stage_stopping(void)
{
	return zsys_interrupted;
}

/* True when a message has waited on a slow link: nothing that old is to be shown as live. */
static int is_stale(ef_stage_t *stage, const ef_head_t *head)
{
	static ef_limiter_t limiter;
	int64_t limit = stage->max_age * NS_PER_MS, waited;

	if (stage->policy == EF_ALL || limit == 0) {
		return 0;
	}
	waited = ef_waited(&stage->ways, head, ef_now_ns(), limit);
	if (waited <= limit) {
		return 0;
	}
	ef_stats_dropped(stage->stats);
	ef_stats_note(stage->stats, "what arrives is too old");
	ef_warn_limited(&limiter,
		"dropped a message on %s that had waited for %" PRId64
		" ms; the link before it is too slow, or a stage was stopped",
		stage->in, waited / NS_PER_MS);
	return 1;
}

/* The stage after this one has disconnected: what is still to come belongs to no other one. */
static void leave(ef_stage_t *stage)
{
	stage->failed = ef_input_unconfirmed(stage->input) > 0;
	if (stage->failed) {
		zsys_error("the stage that reads %s exited too early: %d messages were not read; "
			   "see its "
			   "log",
			stage->out, ef_input_unconfirmed(stage->input));
	} else {
		zsys_info("the stage that reads %s has exited, and so does this one", stage->out);
	}
	zsys_interrupted = 1;
}

int ef_stage_receive(ef_stage_t *stage, int timeout_ms, ef_message_t *message)
{
	static ef_limiter_t limiter;
	ef_refused_t refused;
	int64_t now;
	int got;

	/* Before a message comes: once a second it takes half a millisecond. */
	ef_stats_tick(stage->stats);
	got = ef_input_receive(stage->input, timeout_ms, message, &refused);
	now = ef_now_ns();
	if (ef_input_is_over(stage->input)) {
		leave(stage);
		return 0;
	}
	if (refused.count > 0) {
		ef_stats_bad(stage->stats, refused.count);
		ef_warn_limited(&limiter, "dropped a message on %s: %s", stage->in, refused.why);
	}
	if (got == 1 && message->head.kind == stage->accepts) {
		ef_stats_in(stage->stats, &message->head);
		ef_stats_way(stage->stats, &message->head, now);
		if (is_stale(stage, &message->head)) {
			return 0;
		}
	}
	if (got == 1) {
		ef_head_enter(&message->head, stage->name, now);
	}
	return got;
}

int ef_stage_send(ef_stage_t *stage, ef_message_t *message)
{
	int result = 0;

	ef_head_leave(&message->head, ef_now_ns());
	if (message->head.kind != EF_END) {
		ef_stats_out(stage->stats, &message->head);
	}
	if (stage->output != NULL) {
		result = ef_output_send(stage->output, message);
	}
	return result == -1 ? -1 : 0;
}

int ef_stage_finish(ef_stage_t *stage, ef_message_t *end)
{
	/* The previous stage may exit now: everything it sent has been read. A worker confirms the end
	 * only when its reader has. */
	if (!stage->is_worker) {
		ef_input_destroy(&stage->input);
	}
	if (ef_stage_send(stage, end) == -1) {
		return 1;
	}
	if (stage->output != NULL && ef_output_finish(stage->output) == -1) {
		return 1;
	}
	return 0;
}

/* What ef_stage_run () does after a message was sent. */
typedef struct {
	ef_stage_after_fn *run; /* NULL: nothing */
	int wait_ms; /* how long to wait for it; 0: nothing is to be done */
	int put_off; /* how often in a row the next message came first */
	int64_t t; /* of the last message */
} after_t;

/* Half of the time to the next message: the stages after this one have mostly done their work by then. */
static int lull_ms(after_t *after, const ef_head_t *head)
{
	/* Times from the wire may be any; their difference need not fit. */
	double half = ((double)head->t - (double)after->t) / 2e6;

	after->t = head->t;
	return (int)fmax(1, fmin(half, LULL_MS_MAX));
}

static void finish_after(after_t *after, void *self)
{
	after->run(self);
	after->wait_ms = after->put_off = 0;
}

static void begin_after(after_t *after, ef_stage_t *stage, const ef_head_t *head, void *self)
{
	if (stage->policy == EF_ALL) {
		finish_after(after, self);
	} else {
		ef_input_keep(stage->input);
		after->wait_ms = lull_ms(after, head);
	}
}

/* The next message has come first. */
static void put_off_after(after_t *after, void *self)
{
	if (after->wait_ms > 0 && ++after->put_off >= PUT_OFF_MAX) {
		finish_after(after, self);
	}
	after->wait_ms = 0;
}

int ef_stage_run(
	ef_stage_t *stage, ef_stage_step_fn *step, ef_stage_after_fn *run_after, void *self)
{
	ef_message_t in, out;
	after_t after = {.run = run_after};

	/* A stage that has failed is stopping, too. */
	while (!ef_stage_stopping()) {
		int made;

		if (ef_stage_receive(stage, after.wait_ms > 0 ? after.wait_ms : TICK_MS, &in) ==
			0) {
			if (after.wait_ms > 0) {
				finish_after(&after, self);
			}
			continue;
		}
		put_off_after(&after, self);
		if (in.head.kind == EF_END) {
			return ef_stage_finish(stage, &in);
		}
		out.head = in.head;
		made = step(self, &in, &out);
		if (made == -1) {
			return 1;
		}
		if (made == 1 && ef_stage_send(stage, &out) == -1) {
			return !ef_stage_stopping();
		}
		if (made == 1 && after.run != NULL) {
			begin_after(&after, stage, &in.head, self);
		}
	}
	return stage->failed;
}
