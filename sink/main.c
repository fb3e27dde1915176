/* effigy-sink: writes renders to a virtual camera, a file or standard output. It accepts no other
 * kind of message, so that a webcam's picture cannot pass through it. */
#include <stdio.h>
#include <string.h>

#include "proto/link/keys/attach.h"
#include "proto/link/deal/deal.h"
#include "proto/stage/stage.h"
#include "proto/v4l2/holder.h"
#include "sink/every.h"
#include "sink/live.h"
#include "sink/loopback/loopback.h"

typedef struct {
	const char *name;
	int format; /* index into formats */
	ef_size_t size;
	ef_rate_t rate;
	const char *on_demand; /* endpoint, or NULL */
	int list;
} settings_t;

static const char *const formats[] = {"YUYV", "I420", "NV12", "MJPG", NULL};
static const uint32_t fourccs[] = {EF_YUYV, EF_I420, EF_NV12, EF_MJPG};

static void print(const ef_loopback_t *device)
{
	char holders[256];

	ef_holder_list(device->path, holders, sizeof(holders));
	ef_loopback_print(stdout, device, holders);
}

/* Prints one line for each virtual camera, or for the one of that name. Scripts read standard
 * output: all else goes to standard error. Returns the exit status. */
static int list(const char *name)
{
	ef_loopback_t found[EF_LOOPBACKS_MAX];
	int count = ef_loopback_list(found);
	const ef_loopback_t *named;
	char why[256];

	if (name != NULL) {
		named = ef_loopback_find(found, count, name);
		if (named == NULL) {
			ef_loopback_explain(found, count, name, why, sizeof(why));
			fprintf(stderr, "effigy-sink: %s\n", why);
			return 1;
		}
		print(named);
		return 0;
	}
	if (count == 0) {
		fprintf(stderr, "effigy-sink: no virtual camera (v4l2loopback device); make one "
				"with: sudo effigy camera install\n");
	}
	for (int i = 0; i < count; i++) {
		print(&found[i]);
	}
	return 0;
}

static int parse(ef_stage_t *stage, settings_t *settings, int argc, char **argv)
{
	const ef_option_t own[] = {
		{"size", EF_OPTION_SIZE, &settings->size, "WxH",
			"size of the picture, even numbers", 0, 0, NULL},
		{"fps", EF_OPTION_RATE, &settings->rate, "N[/D]", "frame rate", 0.01, 240, NULL},
		{"format", EF_OPTION_CHOICE, &settings->format, "FOURCC",
			"format of a virtual camera: YUYV, I420, NV12, MJPG", 0, 0, formats},
		{"on-demand", EF_OPTION_TEXT, &settings->on_demand, "ENDPOINT",
			"tell capture there whether a program reads the virtual camera", 0, 0,
			NULL},
		{"workers", EF_OPTION_INT, &stage->workers, "N",
			"N renderers share the work: put their pictures in order", 0,
			EF_WORKERS_MAX, NULL},
		{"list", EF_OPTION_FLAG, &settings->list, NULL,
			"list the virtual cameras, and exit; only OUTPUT if given", 0, 0, NULL},
		{0},
	};
	const ef_usage_t usage = {
		.program = "effigy-sink",
		.purpose = "Writes renders, and only renders, to a virtual camera or a file.",
		.operand = "OUTPUT",
		.positional = &settings->name,
		.footer = "OUTPUT is a virtual camera (/dev/video9, or 9, or camera:LABEL), a "
			  "video file (.mp4,\n.mkv, .mov, .y4m), or - for Y4M on standard output.",
	};
	int status = ef_stage_options(stage, &usage, own, argc, argv);

	if (status == -1 && settings->list) {
		return list(settings->name);
	}
	if (status == -1 && settings->name == NULL) {
		fprintf(stderr, "effigy-sink: no OUTPUT given; name /dev/video9, a file, or - for "
				"standard output; see effigy-sink --help\n");
		return 2;
	}
	if (status == -1 && (settings->size.w % 2 != 0 || settings->size.h % 2 != 0)) {
		fprintf(stderr,
			"effigy-sink: --size takes even numbers, not \"%dx%d\"; see "
			"effigy-sink --help\n",
			settings->size.w, settings->size.h);
		return 2;
	}
	return status;
}

static int run_live(ef_stage_t *stage, const settings_t *settings, const ef_sink_output_t *output,
	const ef_sink_request_t *request)
{
	ef_audience_t *audience = NULL;
	int status;

	if (settings->on_demand != NULL) {
		audience = ef_audience_new(settings->on_demand);
		if (audience == NULL) {
			return 1;
		}
	}
	status = ef_live_run(stage, output, request, audience);
	ef_audience_destroy(&audience);
	return status;
}

static int run(ef_stage_t *stage, const settings_t *settings)
{
	const ef_sink_output_t *output = ef_sink_output_find(settings->name);
	const ef_sink_request_t request = {.name = settings->name,
		.w = settings->size.w,
		.h = settings->size.h,
		.rate = settings->rate,
		.fourcc = fourccs[settings->format],
		.live = stage->policy == EF_LATEST};

	if (output == NULL || ef_stage_open(stage) == -1) {
		return 1;
	}
	if (settings->on_demand != NULL &&
		ef_attach_prepare(settings->on_demand, stage->insecure) == -1) {
		return 1;
	}
	return stage->policy == EF_ALL ? ef_every_run(stage, output, &request)
				       : run_live(stage, settings, output, &request);
}

int main(int argc, char **argv)
{
	ef_stage_t stage = {.name = "sink", .in = "render", .accepts = EF_RENDER};
	settings_t settings = {.size = {640, 480}, .rate = {30, 1}};
	int status = parse(&stage, &settings, argc, argv);

	if (status == -1) {
		status = run(&stage, &settings);
	}
	ef_stage_close(&stage);
	return status;
}
