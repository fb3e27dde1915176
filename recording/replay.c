/* effigy-replay: sends a recording into one stage. */
#include <czmq.h>

#include "proto/stage/runtime.h"
#include "recording/player.h"
#include "recording/senders.h"

#define SPEED_LOW 0.01
#define SPEED_HIGH 1000.0
#define SECONDS_MAX 1e9 /* more than EF_TIME_MAX does not follow a first message */

/* The kinds of the edges; auto: what the header says, or the edge of the first message. */
static const char *const edges[] = {"auto", "frames", "faces", "expressions", "render", NULL};
static const ef_kind_t kinds[] = {EF_END, EF_FRAME, EF_FACE, EF_EXPRESSION, EF_RENDER};

static int edge_of_header(const ef_player_t *player)
{
	const ef_header_t *header = ef_recording_header(player->recording);

	for (int i = 1; edges[i] != NULL; i++) {
		if (strcmp(edges[i], header->edge) == 0) {
			return i;
		}
	}
	return 0;
}

/* Reads on to a message of an edge, which stays in player->first. Returns the edge, 0 after logging
 * that there is none. */
static int edge_of_first(ef_player_t *player)
{
	int got;

	while ((got = ef_recording_next(player->recording, &player->first)) == 1) {
		for (int i = 1; edges[i] != NULL; i++) {
			if (kinds[i] == player->first.head.kind) {
				player->has_first = 1;
				return i;
			}
		}
	}
	if (got == 0) {
		zsys_error("%s contains no message that a stage accepts; create a recording with "
			   "effigy-record",
			ef_recording_name(player->recording));
	}
	return 0;
}

/* Returns 0, or -1 after logging the reason. */
static int choose_edge(ef_player_t *player, int edge)
{
	ef_stage_t *stage = player->stage;
	const char *wanted = edges[edge];
	int recorded = edge_of_header(player);

	if (edge > 0 && recorded > 0 && edge != recorded) {
		zsys_error(
			"%s is a recording of %s, not of %s; replay it into the stage that reads "
			"%s",
			ef_recording_name(player->recording), edges[recorded], wanted,
			edges[recorded]);
		return -1;
	}
	if (edge == 0) {
		edge = recorded > 0 ? recorded : edge_of_first(player);
	}
	if (edge == 0) {
		return -1;
	}
	player->kind = kinds[edge];
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
	int loop, check, edge;
} options_t;

/* Returns 0, or -1 after one line on what is wrong. */
static int check_options(const options_t *options, ef_player_t *player)
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
		player->speed = 0;
		return 0;
	}
	player->speed = strtod(options->speed, &rest);
	if (rest == options->speed || *rest != '\0' ||
		!(player->speed >= SPEED_LOW && player->speed <= SPEED_HIGH)) {
		fprintf(stderr,
			"effigy-replay: --speed takes max or a number from %g to %g, not "
			"\"%s\"\n",
			SPEED_LOW, SPEED_HIGH, options->speed);
		return -1;
	}
	return 0;
}

static int play(ef_player_t *player, int loop)
{
	tell_others(player->stage);
	return ef_stage_open(player->stage) == 0 ? ef_player_run(player, loop) : 1;
}

static int run(ef_player_t *player, const options_t *options)
{
	int64_t to = options->to > 0 ? (int64_t)(options->to * 1e9) : INT64_MAX;
	int status = 1;

	player->is_part = options->from > 0 || options->to > 0;
	player->recording = ef_recording_new(options->path);
	if (player->recording == NULL) {
		return 1;
	}
	ef_recording_limit(player->recording, (int64_t)(options->from * 1e9), to);
	if (choose_edge(player, options->edge) == 0) {
		status = options->check ? 0 : play(player, options->loop);
	}
	ef_recording_destroy(&player->recording);
	return status;
}

int main(int argc, char **argv)
{
	options_t options = {.speed = "1"};
	ef_stage_t stage = {.name = "replay", .out = "faces", .deals = 1};
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
		{"check", EF_OPTION_FLAG, &options.check, NULL,
			"send nothing; fail when FILE is no recording of that edge", 0, 0, NULL},
		{0},
	};
	const ef_usage_t usage = {"effigy-replay", "Sends a recording into one stage.", "FILE",
		&options.path,
		"FILE is a recording; - is one from standard input.\n"
		"Without --out, the messages go to the running stage that reads this edge.\n"
		"Under --policy all, an end message follows the last one."};
	int status = ef_stage_options(&stage, &usage, own, argc, argv);
	ef_player_t player = {.stage = &stage};

	if (status != -1) {
		return status;
	}
	status = check_options(&options, &player) == 0 ? run(&player, &options) : 2;
	ef_stage_close(&stage);
	return status;
}
