/* effigy-replay: sends a recording into one stage. */
#include <czmq.h>

#include "proto/base/clock.h"
#include "proto/stage/runtime.h"
#include "proto/stage/stage.h"
#include "tools/recording.h"

/* Between two rounds of --loop, as between two frames at 30 fps. */
#define ROUND_GAP_NS 33333333

typedef struct {
	ef_stage_t *stage;
	ef_recording_t *recording;
	ef_kind_t kind; /* of the messages to send */
	int max_speed;
	int64_t first_t; /* the recording's first time */
	int64_t start_ns; /* time when that was sent */
	int64_t t_offset; /* grows with each round */
	uint64_t seq_offset;
	uint64_t next_seq;
	int64_t last_t;
	uint64_t other; /* messages of another kind, in this round */
	int broken; /* the file is damaged */
} replay_t;

static int send_one(replay_t *replay, ef_message_t *message)
{
	message->head.t += replay->t_offset;
	message->head.seq += replay->seq_offset;
	if (!replay->max_speed) {
		ef_sleep_until(replay->start_ns + message->head.t - replay->first_t);
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

/* Sends the file once. Returns the number of messages sent. */
static uint64_t replay_round(replay_t *replay)
{
	ef_message_t message;
	uint64_t sent = 0;
	int got = 0;

	ef_recording_rewind(replay->recording);
	while (!ef_stage_stopping()) {
		got = ef_recording_next(replay->recording, &message);
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
		zsys_error(
			"%s contains no message of kind %s; create a recording with effigy-record",
			path, ef_kind_name(replay->kind));
		return 1;
	}
	return replay->broken;
}

static int replay_file(replay_t *replay, const char *path, int loop)
{
	ef_message_t end = {.head = {.kind = EF_END}};
	uint64_t total = 0, sent;
	int status;

	do {
		replay->other = 0;
		sent = replay_round(replay);
		total += sent;
	} while (loop && sent > 0 && !replay->broken && !ef_stage_stopping());
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

/* The kinds of the edges; auto: the edge of the recording's first message. */
static const char *const edges[] = {"auto", "frames", "faces", "expressions", "render", NULL};
static const ef_kind_t kinds[] = {EF_END, EF_FRAME, EF_FACE, EF_EXPRESSION, EF_RENDER};

/* Without --edge, the recording's first message decides. Returns 0, or -1 after logging the
 * reason. */
static int choose_edge(replay_t *replay, int edge, const char *path)
{
	ef_stage_t *stage = replay->stage;
	ef_message_t first = {.head = {.kind = EF_END}};
	int got = 1;

	while (edge == 0 && got == 1) {
		got = ef_recording_next(replay->recording, &first);
		for (int i = 1; got == 1 && edges[i] != NULL; i++) {
			edge = kinds[i] == first.head.kind ? i : edge;
		}
	}
	if (edge == 0) {
		if (got == 0) {
			zsys_error("%s contains no message that a stage accepts; create a "
				   "recording with "
				   "effigy-record",
				path);
		}
		return -1;
	}
	replay->kind = kinds[edge];
	if (stage->out == stage->default_out) {
		freen(stage->default_out);
		stage->out = stage->default_out = ef_runtime_endpoint(edges[edge]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const speeds[] = {"1", "max", NULL};
	const char *path = NULL;
	int speed = 0, loop = 0, edge = 0;
	ef_stage_t stage = {.name = "replay", .out = "faces", .deals = 1};
	const ef_option_t own[] = {
		{"speed", EF_OPTION_CHOICE, &speed, "SPEED",
			"1: as recorded; max: as fast as the stage reads", 0, 0, speeds},
		{"edge", EF_OPTION_CHOICE, &edge, "EDGE",
			"the edge to send to, and the kind of message to send; auto: that of the "
			"first message",
			0, 0, edges},
		{"loop", EF_OPTION_FLAG, &loop, NULL,
			"repeat without end; seq and t keep increasing", 0, 0, NULL},
		{0},
	};
	const ef_usage_t usage = {"effigy-replay", "Sends a recording into one stage.", "FILE",
		&path,
		"Without --out, the messages go to the running stage that reads this edge.\n"
		"Under --policy all, an end message follows the last one."};
	int status = ef_stage_options(&stage, &usage, own, argc, argv);
	replay_t replay = {.stage = &stage, .max_speed = speed == 1};

	if (status != -1) {
		return status;
	}
	if (path == NULL) {
		fprintf(stderr, "effigy-replay: no FILE given; see effigy-replay --help\n");
		return 2;
	}
	status = 1;
	replay.recording = ef_recording_new(path);
	if (replay.recording != NULL && choose_edge(&replay, edge, path) == 0 &&
		ef_stage_open(&stage) == 0) {
		status = replay_file(&replay, path, loop);
	}
	ef_stage_close(&stage);
	ef_recording_destroy(&replay.recording);
	return status;
}
