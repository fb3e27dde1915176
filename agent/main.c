/* effigy-agent: tells other machines how the stages of this one fare, and restarts them on request. */
#include <czmq.h>
#include <signal.h>

#include "agent/asks.h"
#include "agent/box.h"
#include "agent/publish.h"
#include "agent/restart.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/stage/options.h"
#include "proto/stage/runtime.h"
#include "proto/stage/stats.h"

#define NAME "agent"
#define TICK_MS 100

typedef struct {
	const char *endpoint, *allowed, *effigy, *stats_path;
	int verbose, insecure, publish;
} options_t;

typedef struct {
	const options_t *options;
	ef_asks_t *asks;
	ef_restart_t *restart;
	ef_stats_t *stats;
	char *folder; /* where the stages of this machine run */
	ef_publish_t *publish; /* NULL: nobody is to find this machine */
	/* Who waits for the end of the restart, and what was asked. */
	ef_asker_t waiting;
	ef_head_t waiting_head;
	ef_limiter_t limiter;
} agent_t;

/* True for a name in a list that is separated by commas or blanks. */
static int is_listed(const char *list, const char *name)
{
	size_t length;

	for (; *list != '\0'; list += length) {
		list += strspn(list, ", ");
		length = strcspn(list, ", ");
		if (length > 0 && length == strlen(name) && strncmp(list, name, length) == 0) {
			return 1;
		}
	}
	return 0;
}

/* head: of the ask, with this agent's hop. why: why what was asked was not done, or NULL. */
static void answer(agent_t *agent, const ef_asker_t *asker, const ef_head_t *head, ef_want_t want,
	const char *why)
{
	static ef_message_t message;

	message.head = *head;
	message.head.kind = EF_STATS;
	message.reports = (ef_reports_t){.refused = why != NULL};
	if (want != EF_WANT_ECHO) {
		ef_box_look(agent->folder, &message.reports);
	}
	if (why != NULL) {
		snprintf(message.reports.why, sizeof(message.reports.why), "%s", why);
	}
	ef_head_leave(&message.head, ef_now_ns());
	ef_asks_answer(agent->asks, asker, &message);
	ef_stats_out(agent->stats, &message.head);
}

/* Begins a restart, whose end is answered later; or answers why not. */
static void begin_restart(agent_t *agent, const ef_asker_t *asker, const ef_message_t *ask)
{
	char why[EF_NOTE_MAX + 1];

	if (!is_listed(agent->options->allowed, ask->ask.stage)) {
		answer(agent, asker, &ask->head, EF_WANT_RESTART,
			"this box does not allow that: it is not in its EFFIGY_ALLOW_RESTART");
	} else if (ef_restart_begin(agent->restart, ask->ask.stage, why, sizeof(why)) == -1) {
		answer(agent, asker, &ask->head, EF_WANT_RESTART, why);
	} else {
		zsys_info("restarts %s, because another machine asks for it", ask->ask.stage);
		agent->waiting = *asker;
		agent->waiting_head = ask->head;
	}
}

static void tend_restart(agent_t *agent)
{
	char why[EF_NOTE_MAX + 1];
	int done;

	if (!ef_restart_runs(agent->restart)) {
		return;
	}
	done = ef_restart_done(agent->restart, why, sizeof(why));
	if (done != 0) {
		answer(agent, &agent->waiting, &agent->waiting_head, EF_WANT_RESTART,
			done == 1 ? NULL : why);
	}
}

static void take(agent_t *agent, const ef_asker_t *asker, ef_message_t *ask)
{
	/* A full trace would leave no room for the times of this agent. */
	ask->head.hops = 0;
	ef_head_enter(&ask->head, NAME, ef_now_ns());
	if (ask->ask.want == EF_WANT_RESTART) {
		begin_restart(agent, asker, ask);
	} else {
		answer(agent, asker, &ask->head, ask->ask.want, NULL);
	}
}

static void work(agent_t *agent)
{
	static ef_message_t ask;
	ef_asker_t asker;
	const char *why;

	while (!zsys_interrupted) {
		int got = ef_asks_receive(agent->asks, TICK_MS, &ask, &asker, &why);

		if (got == 1) {
			take(agent, &asker, &ask);
		} else if (got == -1) {
			ef_stats_bad(agent->stats, 1);
			ef_warn_limited(&agent->limiter, "dropped a message on %s: %s",
				agent->options->endpoint, why);
		}
		tend_restart(agent);
		ef_stats_tick(agent->stats);
	}
}

/* The port of tcp://HOST:PORT, or 0. */
static int port_of(const char *endpoint)
{
	const char *colon = strrchr(endpoint, ':');

	return ef_endpoint_is_tcp(endpoint) && colon != NULL ? atoi(colon + 1) : 0;
}

/* Returns the exit status. */
static int run(const options_t *options)
{
	agent_t agent = {.options = options};

	if (is_listed(options->allowed, NAME)) {
		zsys_error("an agent cannot restart itself; take \"" NAME "\" out of --restart");
		return 2;
	}
	if (options->publish &&
		(port_of(options->endpoint) == 0 || ef_endpoint_is_local(options->endpoint))) {
		zsys_error("%s cannot be reached from other machines, so that --publish is of no "
			   "use",
			options->endpoint);
		return 2;
	}
	if (ef_attach_prepare(options->endpoint, options->insecure) == -1) {
		return 1;
	}
	agent.asks = ef_asks_new(options->endpoint);
	if (agent.asks == NULL) {
		return 1;
	}
	agent.folder = ef_memory_copy(ef_runtime_dir());
	agent.restart = ef_restart_new(options->effigy);
	agent.stats = ef_stats_new(NAME, options->stats_path, options->verbose);
	if (options->publish) {
		agent.publish = ef_publish_new(port_of(options->endpoint), agent.folder);
	}
	work(&agent);
	ef_restart_destroy(&agent.restart);
	ef_asks_destroy(&agent.asks);
	ef_stats_destroy(&agent.stats);
	ef_publish_destroy(&agent.publish);
	free(agent.folder);
	return 0;
}

int main(int argc, char **argv)
{
	options_t options = {.endpoint = "tcp://*:5550", .allowed = "", .effigy = "effigy"};
	const ef_option_t table[] = {
		{"in", EF_OPTION_TEXT, &options.endpoint, "ENDPOINT",
			"bind the socket for questions at ENDPOINT", 0, 0, NULL},
		{"restart", EF_OPTION_TEXT, &options.allowed, "NAMES",
			"stages that others may restart, such as tracker,normaliser", 0, 0, NULL},
		{"effigy", EF_OPTION_TEXT, &options.effigy, "PATH",
			"the command effigy, which restarts them", 0, 0, NULL},
		{"publish", EF_OPTION_FLAG, &options.publish, NULL,
			"let effigy discover find this agent, by mDNS", 0, 0, NULL},
		{"stats", EF_OPTION_TEXT, &options.stats_path, "FILE",
			"write statistics to FILE once a second, as one JSON object", 0, 0, NULL},
		{"verbose", EF_OPTION_FLAG, &options.verbose, NULL,
			"print a line of statistics on stderr once a second", 0, 0, NULL},
		{"insecure-plaintext", EF_OPTION_FLAG, &options.insecure, NULL,
			"allow unencrypted TCP to other machines", 0, 0, NULL},
		{0},
	};
	const ef_option_t *const tables[] = {table, NULL};
	const ef_usage_t usage = {"effigy-agent",
		"Tells other machines how the stages of this one fare.", NULL, NULL, NULL};
	int status;

	ef_log_init(NAME);
	signal(SIGPIPE, SIG_IGN);
	status = ef_options_parse(&usage, tables, argc, argv);
	return status != -1 ? status : run(&options);
}
