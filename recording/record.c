/* effigy-record: writes the messages of a tap to a file, unchanged. */
#include <czmq.h>
#include <signal.h>

#include "proto/base/log.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/link/listener.h"
#include "proto/stage/options.h"
#include "proto/stage/runtime.h"
#include "recording/recorder.h"

#define WAIT_MS 100
#define QUEUE 1000 /* messages that ZeroMQ queues while the disk is slow */

typedef struct {
	const char *path;
	const char *tap;
	const char *edge; /* "" for another tap: what it is of is not known */
	int count;
	int insecure;
} options_t;

/* Returns 1 after a message, 0 for none, 2 at the end of the source, -1 when writing failed. */
static int record_one(ef_listener_t *listener, ef_recorder_t *recorder)
{
	ef_message_t message;
	zmq_msg_t raw;
	int result;

	zmq_msg_init(&raw);
	result = ef_listener_receive(listener, WAIT_MS, &raw, &message);
	if (result == 1 && message.head.kind == EF_END) {
		result = 2;
	} else if (result == 1 && ef_recorder_write(recorder, message.head.t, zmq_msg_data(&raw),
					  zmq_msg_size(&raw)) == -1) {
		result = -1;
	}
	zmq_msg_close(&raw);
	return result;
}

static int record(const options_t *options, ef_listener_t *listener, ef_recorder_t *recorder)
{
	int recorded = 0;
	int result = 0;

	while (!zsys_interrupted && result >= 0 && result < 2 &&
		(options->count == 0 || recorded < options->count)) {
		result = record_one(listener, recorder);
		recorded += result == 1;
	}
	zsys_info("%d messages recorded", recorded);
	return result == -1 ? 1 : 0;
}

static int run(const options_t *options)
{
	ef_header_t header = {0};
	ef_recorder_t *recorder;
	ef_listener_t *listener;
	int status = 1;

	if (ef_attach_prepare(options->tap, options->insecure) == -1) {
		return 1;
	}
	listener = ef_listener_new(&(ef_link_options_t){.endpoint = options->tap,
		.policy = EF_LATEST,
		.kind = EF_ANY_KIND,
		.queue = QUEUE});
	if (listener == NULL) {
		return 1;
	}
	ef_header_here(&header, options->edge);
	recorder = ef_recorder_new(options->path, &header);
	if (recorder != NULL) {
		status = record(options, listener, recorder);
		status = ef_recorder_close(&recorder) == 0 ? status : 1;
	}
	ef_header_finish(&header);
	ef_listener_destroy(&listener);
	return status;
}

int main(int argc, char **argv)
{
	static const char *const edges[] = {"frames", "faces", "expressions", "render", NULL};
	options_t options = {0};
	int edge = 1;
	const ef_option_t table[] = {
		{"edge", EF_OPTION_CHOICE, &edge, "EDGE",
			"edge of the running pipeline: frames, faces, expressions, render", 0, 0,
			edges},
		{"tap", EF_OPTION_TEXT, &options.tap, "ENDPOINT", "another tap, instead of --edge",
			0, 0, NULL},
		{"count", EF_OPTION_INT, &options.count, "N",
			"stop after N messages; 0: at Ctrl-C or when the source ends", 0, 1e9,
			NULL},
		{"insecure-plaintext", EF_OPTION_FLAG, &options.insecure, NULL,
			"allow unencrypted TCP to other machines", 0, 0, NULL},
		{0},
	};
	const ef_option_t *const tables[] = {table, NULL};
	const ef_usage_t usage = {"effigy-record", "Records what a stage sends, from its tap.",
		"FILE", &options.path,
		"zstdcat FILE prints a stream of the wire's msgpack maps, after a header.\n"
		"With - as FILE, it goes to standard output.\n"
		"Images of the webcam are recorded only with --edge frames."};
	char *tap = NULL;
	int status;

	ef_log_init("record");
	signal(SIGPIPE, SIG_IGN);
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status != -1) {
		return status;
	}
	if (options.path == NULL) {
		fprintf(stderr, "effigy-record: no FILE given; see effigy-record --help\n");
		return 2;
	}
	options.edge = options.tap == NULL ? edges[edge] : "";
	if (options.tap == NULL) {
		char name[32];

		snprintf(name, sizeof(name), "%s.tap", edges[edge]);
		options.tap = tap = ef_runtime_endpoint(name);
	}
	status = run(&options);
	freen(tap);
	return status;
}
