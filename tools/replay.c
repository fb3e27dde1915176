/* effigy-replay: sends a recording into one stage. */
#include <czmq.h>

#include "proto/clock.h"
#include "proto/runtime.h"
#include "proto/stage.h"
#include "tools/recording.h"

/* Between two rounds of --loop, as between two frames at 30 fps. */
#define ROUND_GAP_NS 33333333

typedef struct {
	ef_stage_t *stage;
	ef_recording_t *recording;
	int max_speed;
	int64_t first_t; /* the recording's first time */
	int64_t start_ns; /* when that was sent */
	int64_t t_offset; /* grows with each round */
	uint64_t seq_offset;
	uint64_t next_seq;
	int64_t last_t;
} replay_t;

static int send_one(replay_t *replay, ef_message_t *message)
{
	message->head.t += replay->t_offset;
	message->head.seq += replay->seq_offset;
	if (!replay->max_speed) {
		ef_sleep_until(replay->start_ns + message->head.t - replay->first_t);
	}
	/* Times of the recorded run say nothing about this one. */
	message->head.hops = 0;
	ef_head_enter(&message->head, "replay", ef_now_ns());
	replay->last_t = message->head.t;
	replay->next_seq = message->head.seq + 1;
	ef_stats_in(replay->stage->stats, &message->head);
	ef_stats_tick(replay->stage->stats);
	return ef_stage_send(replay->stage, message);
}

/* One round through the file. Returns the messages sent. */
static uint64_t replay_round(replay_t *replay)
{
	ef_message_t message;
	uint64_t sent = 0;
	int64_t round_t = 0;

	ef_recording_rewind(replay->recording);
	while (!ef_stage_stopping() && ef_recording_next(replay->recording, &message) == 1) {
		if (sent == 0) {
			round_t = message.head.t;
			if (replay->start_ns == 0) {
				replay->first_t = round_t;
				replay->start_ns = ef_now_ns();
			} else {
				replay->t_offset = replay->last_t + ROUND_GAP_NS - round_t;
				replay->seq_offset = replay->next_seq - message.head.seq;
			}
		}
		if (send_one(replay, &message) == -1) {
			break;
		}
		sent++;
	}
	return sent;
}

static int replay_file(replay_t *replay, const char *path, int loop)
{
	ef_message_t end = {.head = {.kind = EF_END}};
	uint64_t total = 0, sent;

	do {
		sent = replay_round(replay);
		total += sent;
	} while (loop && sent > 0 && !ef_stage_stopping());
	if (total == 0 && !ef_stage_stopping()) {
		zsys_error("%s holds no message; record one with effigy-record", path);
		return 1;
	}
	if (replay->stage->policy == EF_ALL && !ef_stage_stopping()) {
		end.head.seq = replay->next_seq;
		snprintf(end.head.src, sizeof(end.head.src), "%s", ef_host_id());
		return ef_stage_finish(replay->stage, &end);
	}
	zclock_sleep(100); /* for what is under way */
	return 0;
}

/* The edge on which messages of that kind travel. */
static const char *edge_of(ef_kind_t kind)
{
	static const char *const edges[] = {
		[EF_FRAME] = "frames",
		[EF_RENDER] = "render",
		[EF_FACE] = "faces",
		[EF_EXPRESSION] = "expressions",
		[EF_END] = "faces",
		[EF_CONTROL] = "control",
		[EF_RECEIPT] = "faces",
	};

	return edges[kind];
}

/* Without --out, what was recorded tells where it goes. */
static int choose_output(ef_stage_t *stage, ef_recording_t *recording)
{
	ef_message_t first;

	if (stage->out != stage->default_out) {
		return 0;
	}
	if (ef_recording_next(recording, &first) != 1) {
		zsys_error("the recording holds no message; record one with effigy-record");
		return -1;
	}
	freen(stage->default_out);
	stage->out = stage->default_out = ef_runtime_endpoint(edge_of(first.head.kind));
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const speeds[] = {"1", "max", NULL};
	const char *path = NULL;
	int speed = 0, loop = 0;
	ef_stage_t stage = {.name = "replay", .out = "faces"};
	const ef_option_t own[] = {
		{"speed", EF_OPTION_CHOICE, &speed, "SPEED",
			"1: as recorded; max: as fast as they are taken", 0, 0, speeds},
		{"loop", EF_OPTION_FLAG, &loop, NULL, "again and again; seq and t go on", 0, 0,
			NULL},
		{0},
	};
	const ef_usage_t usage = {"effigy-replay", "Sends a recording into one stage.", "FILE",
		&path,
		"Without --out, the messages go to the running stage that takes their kind.\n"
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
	if (replay.recording != NULL && choose_output(&stage, replay.recording) == 0 &&
		ef_stage_open(&stage) == 0) {
		status = replay_file(&replay, path, loop);
	}
	ef_stage_close(&stage);
	ef_recording_destroy(&replay.recording);
	return status;
}
