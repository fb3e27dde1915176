/* effigy-ask: asks the agent of another machine how its stages fare, and prints that as JSON. */
#include <czmq.h>
#include <signal.h>

#include "agent/questions.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/link/keys/attach.h"
#include "proto/stage/json.h"
#include "proto/stage/options.h"

#define ECHOES 12 /* round trips, of which the shortest counts */
#define ANSWER_MS 600 /* for all of them */
#define RESTART_MS 20000
#define NS_PER_MS INT64_C(1000000)

typedef struct {
	const char *endpoint, *restart;
	int insecure;
} options_t;

static void add_number(json_object *object, const char *key, double value, const char *format)
{
	json_object_object_add(object, key, ef_json_number(value, format));
}

static json_object *way_json(const ef_way_t *way)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "host", ef_json_text(way->host));
	add_number(object, "p50_ms", (double)way->p50_ns / NS_PER_MS, "%.3f");
	add_number(object, "p99_ms", (double)way->p99_ns / NS_PER_MS, "%.3f");
	return object;
}

static json_object *report_json(const ef_report_t *report)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "stage", ef_json_text(report->stage));
	json_object_object_add(object, "state", ef_json_text(report->state));
	json_object_object_add(object, "note", ef_json_text(report->note));
	for (int i = 0; i < EF_FIGURES; i++) {
		if (report->known >> i & 1) {
			add_number(object, ef_figure_name(i), (double)report->figures[i], "%.7g");
		}
	}
	if (report->has_way) {
		json_object_object_add(object, "way", way_json(&report->way));
	}
	return object;
}

static json_object *answer_json(
	const options_t *options, const ef_message_t *answer, const ef_offset_t *offset)
{
	json_object *object = json_object_new_object(), *stages = json_object_new_array();

	json_object_object_add(object, "agent", ef_json_text(options->endpoint));
	json_object_object_add(object, "host", ef_json_text(answer->head.trace[0].host));
	if (offset->count > 0) {
		add_number(object, "offset_ms", (double)offset->offset_ns / NS_PER_MS, "%.3f");
		add_number(object, "offset_error_ms", (double)offset->round_ns / 2 / NS_PER_MS,
			"%.3f");
	}
	for (size_t i = 0; i < answer->reports.count; i++) {
		json_object_array_add(stages, report_json(&answer->reports.stages[i]));
	}
	json_object_object_add(object, "stages", stages);
	return object;
}

static int tell_silence(const options_t *options, const char *why)
{
	if (why != NULL) {
		fprintf(stderr,
			"effigy-ask: what comes from %s is refused: %s; is it an agent of the same "
			"version?\n",
			options->endpoint, why);
	} else {
		fprintf(stderr, "effigy-ask: nobody answers at %s\n", options->endpoint);
	}
	return 1;
}

/* Returns the exit status. */
static int restart(const options_t *options, ef_questions_t *questions)
{
	ef_ask_t ask = {.want = EF_WANT_RESTART};
	static ef_message_t answer;
	const char *why;

	if (strlen(options->restart) > EF_NAME_MAX) {
		fprintf(stderr, "effigy-ask: --restart takes a name of at most %d bytes\n",
			EF_NAME_MAX);
		return 2;
	}
	snprintf(ask.stage, sizeof(ask.stage), "%s", options->restart);
	if (ef_questions_ask(
		    questions, &ask, ef_now_ns() + RESTART_MS * NS_PER_MS, &answer, &why) == -1) {
		return tell_silence(options, why);
	}
	if (answer.reports.refused) {
		for (char *at = answer.reports.why; *at != '\0'; at++) {
			*at = iscntrl((unsigned char)*at) ? '?' : *at;
		}
		fprintf(stderr, "effigy-ask: %s was not restarted at %s: %s\n", options->restart,
			options->endpoint, answer.reports.why);
		return 1;
	}
	return 0;
}

/* Returns the exit status. */
static int print_stats(const options_t *options, ef_questions_t *questions)
{
	int64_t until = ef_now_ns() + ANSWER_MS * NS_PER_MS;
	ef_ask_t ask = {.want = EF_WANT_STATS};
	static ef_message_t answer, echo;
	const char *why;

	if (ef_questions_ask(questions, &ask, until, &answer, &why) == -1) {
		return tell_silence(options, why);
	}
	ask.want = EF_WANT_ECHO;
	for (int i = 0; i < ECHOES && ef_questions_ask(questions, &ask, until, &echo, &why) == 0;
		i++) {
	}
	return ef_json_write(
		       stdout, answer_json(options, &answer, ef_questions_offset(questions))) == 0
		       ? 0
		       : 1;
}

/* Returns the exit status. */
static int run(const options_t *options)
{
	ef_questions_t *questions;
	int status;

	if (ef_attach_prepare(options->endpoint, options->insecure) == -1) {
		return 1;
	}
	questions = ef_questions_new(options->endpoint);
	if (questions == NULL) {
		return 1;
	}
	status = options->restart != NULL ? restart(options, questions)
					  : print_stats(options, questions);
	ef_questions_destroy(&questions);
	return status;
}

int main(int argc, char **argv)
{
	options_t options = {0};
	const ef_option_t table[] = {
		{"restart", EF_OPTION_TEXT, &options.restart, "STAGE",
			"have this stage restarted, and print nothing", 0, 0, NULL},
		{"insecure-plaintext", EF_OPTION_FLAG, &options.insecure, NULL,
			"allow unencrypted TCP to other machines", 0, 0, NULL},
		{0},
	};
	const ef_option_t *const tables[] = {table, NULL};
	const ef_usage_t usage = {"effigy-ask",
		"Prints how the stages of another machine fare, as its effigy-agent tells.",
		"ENDPOINT", &options.endpoint, NULL};
	int status;

	ef_log_init("ask");
	signal(SIGPIPE, SIG_IGN);
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status == -1 && options.endpoint == NULL) {
		fprintf(stderr, "effigy-ask: no ENDPOINT given; see effigy-ask --help\n");
		status = 2;
	}
	if (status == -1) {
		status = run(&options);
	}
	/* ZeroMQ would wait for its search of a name, for as long as the resolver tries. */
	fflush(NULL);
	_exit(status);
}
