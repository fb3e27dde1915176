/* effigy-replay: sends a recording into one stage. */
#include <czmq.h>

#include "proto/base/clock.h"
#include "proto/stage/runtime.h"
#include "proto/stage/stage.h"
#include "recording/recording.h"
#include "recording/senders.h"

/* Between two rounds of --loop, as between two frames at 30 fps. */
#define ROUND_GAP_NS 33333333
#define NAP_NS 100000000 /* of a long wait, after which it looks whether to stop */
#define SPEED_LOW 0.01
#define SPEED_HIGH 1000.0
#define SECONDS_MAX 1e9 /* more than EF_TIME_MAX does not follow a first message */

typedef struct {
	ef_stage_t *stage;
	ef_recording_t *recording;
	ef_kind_t kind; /* of the messages to send */
	double speed; /* times as fast as recorded; 0: as fast as the stage reads */
	int64_t first_t; /* the recording's first time */
	int64_t start_ns; /* time when that was sent */
	int64_t t_offset; /* grows with each round */
	uint64_t seq_offset;
	uint64_t next_seq;
	int64_t last_t;
	uint64_t other; /* messages of another kind, in this round */
	int broken; /* the file is damaged */
	ef_message_t first; /* was read to choose the edge, and is still to be sent */
	int has_first;
	int is_part; /* --from or --to */
} replay_t;

/* Waits until so many ns after the first message. */
static void wait_for(const replay_t *replay, double after)
{
	int64_t due = replay->start_ns + (int64_t)(after < EF_TIME_MAX ? after : EF_TIME_MAX);
	int64_t now = ef_now_ns();

	while (now < due && !ef_stage_stopping()) {
		ef_sleep_until(due - now < NAP_NS ? due : now + NAP_NS);
		ef_stats_tick(replay->stage->stats);
		now = ef_now_ns();
	}
}

static int send_one(replay_t *replay, ef_message_t *message)
{
	message->head.t += replay->t_offset;
	message->head.seq += replay->seq_offset;
	if (replay->speed > 0) {
		wait_for(replay, (double)(message->head.t - replay->first_t) / replay->speed);
	}
	/* The trace of the recorded run does not describe this one. */
	message->head.hops = 0;
	ef_head_enter(&message->head, "replay", ef_now_ns());
	replay->last_t = message->head.t;
	replay->next_seq = message->head.seq + 1;
	ef_stats_in(replay->stage->stats, &message->head);
	ef_stats_tick(replay->stage->stats);
	return ef_stage_send(replay->stage, message);
}

/* Places a round in the stream that is sent. */
static void begin_round(replay_t *replay, const ef_message_t *first)
{
	if (replay->start_ns == 0) {
		replay->first_t = first->head.t;
		replay->start_ns = ef_now_ns();
	} else {
		/* A recording that claims to last for years starts from 0: no overflow. */
		replay->t_offset = replay->last_t > EF_TIME_MAX
					   ? 0
					   : replay->last_t + ROUND_GAP_NS - first->head.t;
		replay->seq_offset = replay->next_seq - first->head.seq;
	}
}

static int next_message(replay_t *replay, ef_message_t *message)
{
	if (replay->has_first) {
		*message = replay->first;
		replay->has_first = 0;
		return 1;
	}
	return ef_recording_next(replay->recording, message);
}

/* Sends the file once. Returns the number of messages sent. */
static uint64_t replay_round(replay_t *replay)
{
	ef_message_t message;
	uint64_t sent = 0;
	int got = 0;

	while (!ef_stage_stopping()) {
		got = next_message(replay, &message);
		if (got != 1) {
			break;
		}
		if (message.head.kind != replay->kind) {
			replay->other += message.head.kind != EF_END;
			continue;
		}
		if (sent == 0) {
			begin_round(replay, &message);
		}
		if (send_one(replay, &message) == -1) {
			break;
		}
		sent++;
	}
	replay->broken = got == -1;
	return sent;
}

/* Reports messages that were not sent. Returns the exit status. */
static int tell_result(const replay_t *replay, const char *path, uint64_t total)
{
	if (replay->other > 0) {
		zsys_error("%" PRIu64 " messages in %s are not of kind %s and were not sent; %s",
			replay->other, path, ef_kind_name(replay->kind),
			total == 0 ? "choose another --edge" : "the others were sent");
		return 1;
	}
	if (total == 0 && !replay->broken && !ef_stage_stopping()) {
		zsys_error("%s contains no message of kind %s%s; create a recording with "
			   "effigy-record",
			path, ef_kind_name(replay->kind), replay->is_part ? " in that part" : "");
		return 1;
	}
	return replay->broken;
}

static void tell_cut(const replay_t *replay, const char *path)
{
	if (ef_recording_is_cut(replay->recording)) {
		zsys_warning("%s was cut off: its end is missing; everything before is used", path);
	}
}

static int replay_file(replay_t *replay, const char *path, int loop)
{
	ef_message_t end = {.head = {.kind = EF_END}};
	uint64_t total = 0, sent;
	int status;

	do {
		if (total > 0) {
			ef_recording_rewind(replay->recording);
		}
		replay->other = 0;
		sent = replay_round(replay);
		total += sent;
	} while (loop && sent > 0 && !replay->broken && !ef_stage_stopping());
	tell_cut(replay, path);
	status = tell_result(replay, path, total);
	if (total > 0 && replay->stage->policy == EF_ALL && !ef_stage_stopping()) {
		int finished;

		end.head.seq = replay->next_seq;
		end.head.t = replay->last_t;
		snprintf(end.head.src, sizeof(end.head.src), "%s", ef_host_id());
		finished = ef_stage_finish(replay->stage, &end);
		return finished != 0 ? finished : status;
	}
	zclock_sleep(100); /* for ZeroMQ to send the last messages */
	return status;
}

/* The kinds of the edges; auto: what the header says, or the edge of the first message. */
static const char *const edges[] = {"auto", "frames", "faces", "expressions", "render", NULL};
static const ef_kind_t kinds[] = {EF_END, EF_FRAME, EF_FACE, EF_EXPRESSION, EF_RENDER};

static int edge_of_header(const replay_t *replay)
{
	const ef_header_t *header = ef_recording_header(replay->recording);

	for (int i = 1; edges[i] != NULL; i++) {
		if (strcmp(edges[i], header->edge) == 0) {
			return i;
		}
	}
	return 0;
}

/* Reads on to a message of an edge, which stays in replay->first. Returns the edge, 0 after logging
 * that there is none. */
static int edge_of_first(replay_t *replay, const char *path)
{
	int got;

	while ((got = ef_recording_next(replay->recording, &replay->first)) == 1) {
		for (int i = 1; edges[i] != NULL; i++) {
			if (kinds[i] == replay->first.head.kind) {
				replay->has_first = 1;
				return i;
			}
		}
	}
	if (got == 0) {
		zsys_error("%s contains no message that a stage accepts; create a recording with "
			   "effigy-record",
			path);
	}
	return 0;
}

/* Returns 0, or -1 after logging the reason. */
static int choose_edge(replay_t *replay, int edge, const char *path)
{
	ef_stage_t *stage = replay->stage;
	int recorded = edge_of_header(replay);

	if (edge > 0 && recorded > 0 && edge != recorded) {
		zsys_error(
			"%s is a recording of %s, not of %s; replay it into the stage that reads "
			"%s",
			path, edges[recorded], edges[edge], edges[recorded]);
		return -1;
	}
	if (edge == 0) {
		edge = recorded > 0 ? recorded : edge_of_first(replay, path);
	}
	if (edge == 0) {
		return -1;
	}
	replay->kind = kinds[edge];
	if (stage->out == stage->default_out) {
		freen(stage->default_out);
		stage->out = stage->default_out = ef_runtime_endpoint(edges[edge]);
	}
	return 0;
}

/* Nobody says whether another program that is connected will send. */
static void tell_others(const ef_stage_t *stage)
{
	int others = stage->out != NULL ? ef_senders_count(stage->out) : 0;

	if (others > 0) {
		zsys_warning("%d other program%s connected to %s; what it sends is mixed with the "
			     "recording: stop it, or use effigy replay, which does",
			others, others == 1 ? " is" : "s are", stage->out);
	}
}

typedef struct {
	const char *path, *speed;
	double from, to; /* s; to = 0: the end */
	int loop, edge;
} options_t;

/* Returns 0, or -1 after one line on what is wrong. */
static int check_options(const options_t *options, replay_t *replay)
{
	char *rest = NULL;

	if (options->path == NULL) {
		fprintf(stderr, "effigy-replay: no FILE given; see effigy-replay --help\n");
		return -1;
	}
	if (options->loop && strcmp(options->path, "-") == 0) {
		fprintf(stderr, "effigy-replay: --loop needs a file: standard input can be read "
				"only once\n");
		return -1;
	}
	if (options->to > 0 && options->to <= options->from) {
		fprintf(stderr, "effigy-replay: --to %g is not later than --from %g\n", options->to,
			options->from);
		return -1;
	}
	if (strcmp(options->speed, "max") == 0) {
		replay->speed = 0;
		return 0;
	}
	replay->speed = strtod(options->speed, &rest);
	if (rest == options->speed || *rest != '\0' ||
		!(replay->speed >= SPEED_LOW && replay->speed <= SPEED_HIGH)) {
		fprintf(stderr,
			"effigy-replay: --speed takes max or a number from %g to %g, not "
			"\"%s\"\n",
			SPEED_LOW, SPEED_HIGH, options->speed);
		return -1;
	}
	return 0;
}

static int run(replay_t *replay, const options_t *options)
{
	ef_stage_t *stage = replay->stage;
	int64_t to = options->to > 0 ? (int64_t)(options->to * 1e9) : INT64_MAX;
	int status = 1;

	replay->is_part = options->from > 0 || options->to > 0;
	replay->recording = ef_recording_new(options->path);
	if (replay->recording == NULL) {
		return 1;
	}
	ef_recording_limit(replay->recording, (int64_t)(options->from * 1e9), to);
	if (choose_edge(replay, options->edge, options->path) == 0) {
		tell_others(stage);
		if (ef_stage_open(stage) == 0) {
			status = replay_file(replay, options->path, options->loop);
		}
	}
	ef_recording_destroy(&replay->recording);
	return status;
}

int main(int argc, char **argv)
{
	options_t options = {.speed = "1"};
	ef_stage_t stage = {.name = "replay", .out = "faces"};
	const ef_option_t own[] = {
		{"speed", EF_OPTION_TEXT, &options.speed, "SPEED",
			"1: as recorded; 2: twice as fast; max: as fast as the stage reads", 0, 0,
			NULL},
		{"from", EF_OPTION_NUMBER, &options.from, "S",
			"begin S seconds after the first message", 0, SECONDS_MAX, NULL},
		{"to", EF_OPTION_NUMBER, &options.to, "S",
			"end S seconds after the first message; 0: at the end", 0, SECONDS_MAX,
			NULL},
		{"edge", EF_OPTION_CHOICE, &options.edge, "EDGE",
			"the edge to send to, and the kind of message to send; auto: the one that "
			"was recorded",
			0, 0, edges},
		{"loop", EF_OPTION_FLAG, &options.loop, NULL,
			"repeat without end; seq and t keep increasing", 0, 0, NULL},
		{0},
	};
	const ef_usage_t usage = {"effigy-replay", "Sends a recording into one stage.", "FILE",
		&options.path,
		"FILE is a recording; - is one from standard input.\n"
		"Without --out, the messages go to the running stage that reads this edge.\n"
		"Under --policy all, an end message follows the last one."};
	int status = ef_stage_options(&stage, &usage, own, argc, argv);
	replay_t replay = {.stage = &stage};

	if (status != -1) {
		return status;
	}
	status = check_options(&options, &replay) == 0 ? run(&replay, &options) : 2;
	ef_stage_close(&stage);
	return status;
}
