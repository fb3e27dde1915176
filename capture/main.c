/* effigy-capture: sends the pictures of a webcam or a file as frames. */
#include <czmq.h>

#include "capture/demand.h"
#include "capture/file/pace.h"
#include "capture/file/probe.h"
#include "capture/input.h"
#include "capture/slim.h"
#include "capture/v4l2/v4l2_controls.h"
#include "capture/v4l2/v4l2_list.h"
#include "proto/base/clock.h"
#include "proto/link/keys/attach.h"
#include "proto/stage/stage.h"

#define WAIT_MS 100
#define NAP_NS INT64_C(100000000) /* the longest the statistics may wait */
#define STATUS_BROKEN 3 /* of a conversion: all that could be read of the source was sent */

typedef struct {
	const char *name, *format, *controls, *on_demand;
	ef_controls_t wanted;
	ef_capture_request_t request;
	int frames, list, probe;
} settings_t;

typedef struct {
	ef_stage_t stage;
	const ef_capture_input_t *input;
	const ef_capture_request_t *request;
	void *self; /* the opened input; NULL while nobody watches */
	ef_demand_t *demand; /* NULL: always on */
	uint64_t limit; /* pictures to send; 0: all */
	ef_pace_t pace;
	ef_message_t message; /* the last one sent */
	uint64_t count;
} capture_t;

/* Live, a file is played in real time; in a conversion, as fast as the next stages take it. */
static int is_live(const capture_t *capture)
{
	return capture->stage.policy == EF_LATEST;
}

/* Sleeps until due and keeps the statistics going. */
static void wait_until(capture_t *capture, int64_t due_ns)
{
	int64_t now = ef_now_ns();

	while (now < due_ns && !ef_stage_stopping()) {
		ef_sleep_until(due_ns < now + NAP_NS ? due_ns : now + NAP_NS);
		ef_stats_tick(capture->stage.stats);
		now = ef_now_ns();
	}
}

/* Returns 0, or -1 when interrupted or the link has failed. */
static int send_picture(capture_t *capture, const ef_capture_picture_t *picture)
{
	int64_t t = picture->media_ns, in_ns = picture->began_ns;
	ef_head_t *head = &capture->message.head;

	if (!capture->input->live && is_live(capture)) {
		t = in_ns = ef_pace_due(&capture->pace, picture->media_ns, ef_now_ns());
		wait_until(capture, t);
		if (ef_stage_stopping()) {
			return -1;
		}
	}
	for (int i = 0; i < picture->skipped; i++) {
		ef_stats_dropped(capture->stage.stats);
	}
	*head = (ef_head_t){.kind = EF_FRAME, .seq = capture->count, .t = t};
	snprintf(head->src, sizeof(head->src), "%s", ef_host_id());
	ef_head_enter(head, capture->stage.name, in_ns);
	capture->message.image = picture->image;
	if (ef_stage_send(&capture->stage, &capture->message) == -1) {
		return -1;
	}
	capture->count++;
	return 0;
}

/* Tells the next stages that no frame follows, and when the last picture ends. */
static int finish(capture_t *capture, const ef_capture_picture_t *last)
{
	ef_head_t *head = &capture->message.head;

	if (capture->stage.policy != EF_ALL || ef_stage_stopping()) {
		return 0;
	}
	head->kind = EF_END;
	head->seq = capture->count;
	head->t += last->length_ns;
	head->hops = 0;
	ef_head_enter(head, capture->stage.name, ef_now_ns());
	return ef_stage_finish(&capture->stage, &capture->message);
}

static int open_input(capture_t *capture)
{
	capture->self = capture->input->open(capture->request);
	return capture->self != NULL ? 0 : -1;
}

static void close_input(capture_t *capture)
{
	if (capture->self != NULL) {
		capture->input->close(capture->self);
		capture->self = NULL;
	}
}

/* On demand, opens the input when somebody watches and closes it when nobody does. Returns 1 when
 * it is open, 0 when it is not for now, -1 when it cannot be opened. */
static int attend(capture_t *capture)
{
	if (capture->demand == NULL) {
		return 1;
	}
	if (!ef_demand_wanted(capture->demand, capture->self == NULL ? WAIT_MS : 0)) {
		close_input(capture);
		ef_stats_note(capture->stage.stats, "off: nobody watches");
		return 0;
	}
	return capture->self != NULL || open_input(capture) == 0 ? 1 : -1;
}

static int run(capture_t *capture)
{
	ef_capture_picture_t picture = {0};

	while (!ef_stage_stopping()) {
		ef_capture_result_t result;
		int open = attend(capture);

		ef_stats_tick(capture->stage.stats);
		if (open == -1) {
			return 1;
		}
		if (open == 0) {
			continue;
		}
		result = capture->input->read(capture->self, &picture);
		ef_stats_note(capture->stage.stats, capture->input->note(capture->self));
		if (result == EF_CAPTURE_FAILED) {
			return 1;
		}
		if (result == EF_CAPTURE_END) {
			return finish(capture, &picture);
		}
		if (result == EF_CAPTURE_BROKEN) {
			int status = finish(capture, &picture);

			/* Live, it was only a file's end. */
			return status == 0 && capture->stage.policy == EF_ALL ? STATUS_BROKEN
									      : status;
		}
		if (result == EF_CAPTURE_PICTURE && send_picture(capture, &picture) == -1) {
			break;
		}
		if (capture->limit > 0 && capture->count == capture->limit) {
			return finish(capture, &picture);
		}
	}
	return !ef_stage_stopping();
}

static int settle(settings_t *settings)
{
	char why[256];

	if (settings->name == NULL) {
		fprintf(stderr,
			"effigy-capture: no INPUT given; name /dev/video0, a file, or - for "
			"standard input; see effigy-capture --help\n");
		return 2;
	}
	if (settings->controls != NULL) {
		if (ef_controls_parse(settings->controls, &settings->wanted, why, sizeof(why)) ==
			-1) {
			fprintf(stderr,
				"effigy-capture: --controls takes %s; see effigy-capture --help\n",
				why);
			return 2;
		}
		settings->request.controls = &settings->wanted;
	}
	if (settings->format != NULL) {
		settings->request.fourcc =
			ef_fourcc_parse(settings->format, strlen(settings->format));
		if (settings->request.fourcc == 0) {
			fprintf(stderr,
				"effigy-capture: --format takes one of MJPG, YUYV, NV12, I420, "
				"GREY, RGBA, not \"%s\"; see effigy-capture --help\n",
				settings->format);
			return 2;
		}
	}
	settings->request.name = settings->name;
	return -1;
}

static int parse(ef_stage_t *stage, settings_t *settings, int argc, char **argv)
{
	const ef_option_t own[] = {
		{"size", EF_OPTION_SIZE, &settings->request.size, "WxH",
			"size of the webcam's pictures, or of raw ones on stdin", 0, 0, NULL},
		{"fps", EF_OPTION_RATE, &settings->request.rate, "N[/D]",
			"frame rate of the webcam, or of raw pictures", 1, 240, NULL},
		{"format", EF_OPTION_TEXT, &settings->format, "FOURCC",
			"format, likewise: MJPG, YUYV, NV12, I420, GREY, RGBA", 0, 0, NULL},
		{"controls", EF_OPTION_TEXT, &settings->controls, "LIST",
			"webcam controls to set, NAME=VALUE,...; see --list", 0, 0, NULL},
		{"loop", EF_OPTION_FLAG, &settings->request.loop, NULL,
			"start a file again at its end", 0, 0, NULL},
		{"frames", EF_OPTION_INT, &settings->frames, "N", "stop after N pictures; 0: never",
			0, 1e9, NULL},
		{"on-demand", EF_OPTION_TEXT, &settings->on_demand, "ENDPOINT",
			"open INPUT only while the sink says there that somebody watches", 0, 0,
			NULL},
		{"list", EF_OPTION_FLAG, &settings->list, NULL,
			"list webcams, their modes and controls, and exit; only INPUT if given", 0,
			0, NULL},
		{"probe", EF_OPTION_FLAG, &settings->probe, NULL,
			"print size, frame rate and length of a file, and exit", 0, 0, NULL},
		{0},
	};
	const ef_usage_t usage = {
		.program = "effigy-capture",
		.purpose = "Sends the pictures of a webcam or a video as frames.",
		.operand = "INPUT",
		.positional = &settings->name,
		.footer = "INPUT is a webcam (/dev/video0, 0, or camera:NAME as --list shows it), "
			  "any file FFmpeg reads,\nor - for standard input: Y4M, or raw pictures "
			  "with "
			  "--format, --size and --fps.",
	};

	return ef_stage_options(stage, &usage, own, argc, argv);
}

/* Listens to the sink. Returns 0, or -1 after logging why not. */
static int listen_to_sink(capture_t *capture, const char *endpoint)
{
	if (ef_attach_prepare(endpoint, capture->stage.insecure) == -1) {
		return -1;
	}
	capture->demand = ef_demand_new(endpoint);
	return capture->demand != NULL ? 0 : -1;
}

/* Returns the exit status. */
static int work(capture_t *capture, settings_t *settings)
{
	ef_slim_t *slim;
	int status = 1;

	settings->request.hurry = !is_live(capture);
	capture->limit = (uint64_t)settings->frames;
	capture->request = &settings->request;
	capture->input = ef_capture_input_find(settings->name);
	if (settings->on_demand != NULL) {
		if (listen_to_sink(capture, settings->on_demand) == -1) {
			return 1;
		}
	} else if (open_input(capture) == -1) {
		return 1;
	}
	slim = ef_slim_new();
	capture->stage.fit = ef_slim_frame;
	capture->stage.fit_self = slim;
	if (ef_stage_open(&capture->stage) == 0) {
		status = run(capture);
	}
	close_input(capture);
	ef_demand_destroy(&capture->demand);
	ef_slim_destroy(&slim);
	return status;
}

/* Returns the exit status. name: of one webcam, or NULL for all. */
static int list(const char *name)
{
	char why[512];

	if (name == NULL) {
		if (ef_v4l2_list(stdout) == 0) {
			puts("no webcam found");
		}
		return 0;
	}
	if (ef_v4l2_list_named(stdout, name, why, sizeof(why)) == -1) {
		fprintf(stderr, "effigy-capture: %s: %s\n", name, why);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	capture_t capture = {.stage = {.name = "capture", .out = "frames"}};
	settings_t settings = {.request = {.rate = {0, 1}}};
	int status = parse(&capture.stage, &settings, argc, argv);

	if (status == -1 && settings.list) {
		status = list(settings.name);
	}
	if (status == -1) {
		status = settle(&settings);
	}
	if (status == -1 && settings.probe) {
		status = ef_probe_print(stdout, &settings.request) == 0 ? 0 : 1;
	}
	if (status == -1) {
		status = work(&capture, &settings);
	}
	ef_stage_close(&capture.stage);
	return status;
}
