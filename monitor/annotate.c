/* effigy-annotate: draws the tracker's landmarks on the webcam's frames. Reads frames and faces
 * from two taps, pairs them by seq, and writes Y4M to stdout and nowhere else. */
#include <czmq.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "monitor/canvas_stream.h"
#include "monitor/join.h"
#include "monitor/view.h"
#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/link/listener.h"
#include "proto/picture/steady.h"
#include "proto/picture/y4m.h"
#include "proto/stage/options.h"
#include "proto/stage/runtime.h"

#define WAIT_MS 100
#define ALL_DEPTH 8 /* more than the faces that may arrive out of order */
#define LATEST_DEPTH 30 /* frames that may wait for the tracker: one second */

typedef struct {
	ef_listener_t *listener; /* NULL after the end of the stream */
	const char *endpoint;
	ef_kind_t kind;
} tap_t;

typedef struct {
	int policy; /* ef_policy_t */
	tap_t taps[2]; /* by ef_join_side_t */
	ef_join_t *join;
	ef_view_t view;
	ef_canvas_stream_t stream;

	/* Under EF_ALL, as in the sink, a frame is written when the next one tells how long it
	 * was shown. */
	ef_steady_t steady;
	int64_t end_ns; /* when the last frame ends, capture time */
} annotate_t;

/* A message in the join, with its bytes, into which its pixels point. */
typedef struct {
	zmq_msg_t raw;
	ef_message_t message;
} received_t;

static void free_received(void *item)
{
	received_t *received = item;

	if (received != NULL) {
		zmq_msg_close(&received->raw);
		free(received);
	}
}

/* Receives one message from a tap and puts it into the join. */
static void receive(annotate_t *self, ef_join_side_t side)
{
	tap_t *tap = &self->taps[side];
	received_t *received = ef_memory_new(sizeof(*received));
	const ef_head_t *head = &received->message.head;

	zmq_msg_init(&received->raw);
	if (ef_listener_receive(tap->listener, 0, &received->raw, &received->message) == 1) {
		if (head->kind == tap->kind) {
			ef_join_put(self->join, side, head->seq, received);
			return;
		}
		if (self->policy == EF_ALL) { /* an EF_END */
			if (side == EF_JOIN_FRAME) {
				self->end_ns = head->t;
			}
			/* The stage waits for its listeners to disconnect. */
			ef_join_end(self->join, side);
			ef_listener_destroy(&tap->listener);
		}
	}
	free_received(received);
}

/* Waits for messages and receives them; under EF_ALL only while the join has room. */
static void gather(annotate_t *self)
{
	zmq_pollitem_t items[2];
	int sides[2], count = 0;

	for (int i = 0; i < 2; i++) {
		if (self->taps[i].listener != NULL &&
			(self->policy == EF_LATEST || ef_join_has_room(self->join, i))) {
			items[count] = (zmq_pollitem_t){
				ef_listener_socket(self->taps[i].listener), 0, ZMQ_POLLIN, 0};
			sides[count++] = i;
		}
	}
	if (zmq_poll(items, count, WAIT_MS) < 1) {
		return;
	}
	for (int i = 0; i < count; i++) {
		if (items[i].revents & ZMQ_POLLIN) {
			receive(self, sides[i]);
		}
	}
}

/* Writes the canvas count times. Returns 0, or -1 with errno when stdout fails. */
static int write_canvas(annotate_t *self, int64_t count)
{
	int result = 0;

	while (count-- > 0 && result == 0 && self->view.canvas.pixels != NULL &&
		!zsys_interrupted) {
		result = ef_canvas_stream_write(&self->stream, &self->view.canvas);
	}
	return result;
}

/* Draws one pair. Under EF_LATEST it is written at once; under EF_ALL the previous one is written
 * first, whose duration is now known. Returns 0, or -1 with errno when stdout fails. */
static int show(annotate_t *self, received_t *frame, received_t *face)
{
	int drawn, result = 0;

	if (self->policy == EF_ALL) {
		result = write_canvas(self, ef_steady_next(&self->steady, frame->message.head.t));
	}
	drawn = ef_view_draw(&self->view, &frame->message, face != NULL ? &face->message : NULL);
	free_received(frame);
	free_received(face);
	return self->policy == EF_LATEST && drawn == 0 ? write_canvas(self, 1) : result;
}

/* Reports why stdout failed; a reader that has closed it is no error. Returns the exit status. */
static int report_write_error(void)
{
	if (errno == EPIPE || errno == EINTR) {
		return 0; /* the reader has closed it, or this program was told to stop */
	}
	zsys_error("cannot write to stdout: %s", strerror(errno));
	return 1;
}

/* Returns the exit status. */
static int loop(annotate_t *self)
{
	while (!zsys_interrupted) {
		void *frame = NULL, *face = NULL;
		int got;

		gather(self);
		do {
			got = self->policy == EF_ALL ? ef_join_next(self->join, &frame, &face)
						     : ef_join_newest(self->join, &frame, &face);
			if (got == 1 && show(self, frame, face) == -1) {
				return report_write_error();
			}
		} while (got == 1 && !zsys_interrupted);
		if (got == -1) {
			int64_t count = ef_steady_end(&self->steady, self->end_ns);

			return write_canvas(self, count) == 0 ? 0 : report_write_error();
		}
	}
	return 0;
}

static ef_listener_t *listen_to(const annotate_t *self, ef_join_side_t side)
{
	return ef_listener_new(&(ef_link_options_t){.endpoint = self->taps[side].endpoint,
		.policy = self->policy,
		.kind = self->taps[side].kind,
		.queue = self->policy == EF_ALL ? 1 : LATEST_DEPTH});
}

static int run(annotate_t *self)
{
	int status = 1;

	ef_steady_init(&self->steady, self->stream.rate);
	self->join = ef_join_new(self->policy == EF_ALL ? ALL_DEPTH : LATEST_DEPTH, free_received);
	ef_view_init(&self->view);
	self->stream.fd =
		ef_y4m_open_stdout(ef_image_size(EF_I420, self->view.size.w, self->view.size.h));
	if (self->stream.fd == -1) {
		status = report_write_error();
	} else {
		for (int i = 0; i < 2; i++) {
			self->taps[i].listener = listen_to(self, i);
		}
		if (self->taps[0].listener != NULL && self->taps[1].listener != NULL) {
			status = loop(self);
		}
	}
	for (int i = 0; i < 2; i++) {
		ef_listener_destroy(&self->taps[i].listener);
	}
	ef_join_destroy(&self->join);
	ef_view_finish(&self->view);
	ef_canvas_stream_finish(&self->stream);
	close(self->stream.fd);
	return status;
}

static int parse(annotate_t *self, int *insecure, int argc, char **argv)
{
	static const char *const policies[] = {"latest", "all", NULL};
	const ef_option_t options[] = {
		{"frames", EF_OPTION_TEXT, &self->taps[EF_JOIN_FRAME].endpoint, "ENDPOINT",
			"capture's tap to connect to", 0, 0, NULL},
		{"faces", EF_OPTION_TEXT, &self->taps[EF_JOIN_FACE].endpoint, "ENDPOINT",
			"the tracker's tap to connect to", 0, 0, NULL},
		{"policy", EF_OPTION_CHOICE, &self->policy, "POLICY",
			"latest: show the newest pair; all: show every frame", 0, 0, policies},
		{"size", EF_OPTION_SIZE, &self->view.size, "WxH",
			"size of the output; without it, the first frame's", 0, 0, NULL},
		{"fps", EF_OPTION_RATE, &self->stream.rate, "N[/D]", "frame rate in the header",
			0.01, 240, NULL},
		{"insecure-plaintext", EF_OPTION_FLAG, insecure, NULL,
			"allow unencrypted TCP to other machines", 0, 0, NULL},
		{0},
	};
	const ef_option_t *const tables[] = {options, NULL};
	const ef_usage_t usage = {
		.program = "effigy-annotate",
		.purpose = "Draws the tracker's landmarks on the webcam's frames and writes Y4M to "
			   "stdout.",
		.footer = "effigy-annotate | ffplay -",
	};

	return ef_options_parse(&usage, tables, argc, argv);
}

int main(int argc, char **argv)
{
	annotate_t self = {.stream = {.fd = -1, .rate = {30, 1}}};
	char *frames = ef_runtime_endpoint("frames.tap"), *faces = ef_runtime_endpoint("faces.tap");
	int insecure = 0, status;

	self.taps[EF_JOIN_FRAME] = (tap_t){.endpoint = frames, .kind = EF_FRAME};
	self.taps[EF_JOIN_FACE] = (tap_t){.endpoint = faces, .kind = EF_FACE};
	ef_log_init("annotate");
	signal(SIGPIPE, SIG_IGN);
	status = parse(&self, &insecure, argc, argv);
	if (status == -1 && isatty(STDOUT_FILENO)) {
		fprintf(stderr, "effigy-annotate: stdout is a terminal, which cannot show video; "
				"try: effigy-annotate | ffplay -\n");
		status = 2;
	}
	if (status == -1 && (ef_attach_prepare(self.taps[0].endpoint, insecure) == -1 ||
				    ef_attach_prepare(self.taps[1].endpoint, insecure) == -1)) {
		status = 1;
	}
	if (status == -1) {
		status = run(&self);
	}
	freen(frames);
	freen(faces);
	return status;
}
