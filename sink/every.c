#include "sink/every.h"

#include <czmq.h>

#include "proto/clock.h"
#include "proto/log.h"
#include "sink/convert.h"

#define WAIT_MS 100

typedef struct {
	ef_stage_t *stage;
	const ef_sink_output_t *output;
	const ef_sink_request_t *request;
	void *opened;
	ef_convert_t *convert;
	int64_t first_ns; /* t of the first render */
	uint64_t written;
	ef_limiter_t unusable;
} every_t;

static ef_sink_result_t write_render(every_t *every, ef_message_t *message)
{
	ef_sink_result_t result;
	ef_image_t made;

	if (ef_convert(every->convert, &message->image, &made) == -1) {
		char name[5];

		ef_stats_bad(every->stage->stats, 1);
		ef_warn_limited(&every->unusable, "dropped a render: cannot convert %s %dx%d",
			ef_fourcc_name(message->image.fourcc, name), message->image.w,
			message->image.h);
		return EF_SINK_OK;
	}
	if (every->written == 0) {
		every->first_ns = message->head.t;
	}
	result = every->output->write(every->opened, &made, message->head.t - every->first_ns);
	if (result == EF_SINK_OK) {
		every->written++;
		ef_head_leave(&message->head, ef_now_ns());
		ef_stats_out(every->stage->stats, &message->head);
	}
	return result;
}

/* Nothing follows: lets the stage before go. */
static ef_sink_result_t end(every_t *every, ef_message_t *message)
{
	ef_stage_finish(every->stage, message);
	if (every->written == 0) {
		zsys_error("no render came, so %s is empty; look at the log of blender-node",
			every->request->name);
		return EF_SINK_FAILED;
	}
	return EF_SINK_OK;
}

static ef_sink_result_t loop(every_t *every)
{
	ef_sink_result_t result = every->output->open(&every->opened, every->request);

	while (result == EF_SINK_OK && !ef_stage_stopping()) {
		ef_message_t message;

		if (!ef_stage_receive(every->stage, WAIT_MS, &message)) {
			continue;
		}
		if (message.head.kind == EF_END) {
			return end(every, &message);
		}
		result = write_render(every, &message);
	}
	return result;
}

int ef_every_run(
	ef_stage_t *stage, const ef_sink_output_t *output, const ef_sink_request_t *request)
{
	every_t every = {.stage = stage,
		.output = output,
		.request = request,
		.convert = ef_convert_new(request->w, request->h)};
	ef_sink_result_t result = every.convert != NULL ? loop(&every) : EF_SINK_FAILED;
	ef_sink_result_t closed = EF_SINK_OK;

	if (every.opened != NULL) {
		closed = every.output->close(every.opened);
	}
	ef_convert_destroy(&every.convert);
	/* Nobody waits for a device here as they do for a camera: what is not there is an error. */
	return (result != EF_SINK_OK && result != EF_SINK_CLOSED) || closed != EF_SINK_OK;
}
