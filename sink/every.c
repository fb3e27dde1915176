#include "sink/every.h"

#include <czmq.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/picture/steady.h"
#include "sink/fit.h"

#define WAIT_MS 100

typedef struct {
	ef_stage_t *stage;
	const ef_sink_output_t *output;
	const ef_sink_request_t *request;
	void *opened;
	ef_fitter_t *fitter;
	int begun; /* there was a render */
	int64_t first_ns; /* its t */
	int64_t written; /* pictures */
	ef_limiter_t unusable;
	uint64_t dropped; /* renders that could not be converted */

	/* An output whose pictures are all equally long: each is written once it is known how long
	 * it was. */
	ef_steady_t steady;
	uint8_t *held; /* the newest picture, or NULL */
	ef_head_t head; /* its head */
} every_t;

static ef_sink_result_t write_picture(every_t *every, const ef_image_t *image, ef_head_t *head)
{
	int64_t pts_ns = ef_steady_since(every->first_ns, head->t);
	ef_sink_result_t result = every->output->write(every->opened, image, pts_ns);

	every->written += result == EF_SINK_OK;
	return result;
}

static void count_render(every_t *every, ef_head_t *head)
{
	ef_head_leave(head, ef_now_ns());
	ef_stats_out(every->stage->stats, head);
}

/* Writes the kept picture count times. */
static ef_sink_result_t write_held(every_t *every, int64_t count)
{
	const ef_sink_request_t *request = every->request;
	size_t size = ef_image_size(EF_I420, request->w, request->h);
	ef_image_t image = {EF_I420, request->w, request->h, every->held, size};
	ef_sink_result_t result = EF_SINK_OK;

	for (int64_t i = 0; i < count && result == EF_SINK_OK && !ef_stage_stopping(); i++) {
		result = write_picture(every, &image, &every->head);
		ef_stats_tick(every->stage->stats);
	}
	if (count > 0 && result == EF_SINK_OK) {
		count_render(every, &every->head);
	}
	return result;
}

/* Keeps a picture until the next one tells how long it is. */
static ef_sink_result_t hold(every_t *every, const ef_image_t *image, const ef_head_t *head)
{
	int64_t count = ef_steady_next(&every->steady, head->t);
	ef_sink_result_t result = write_held(every, count);

	if (every->held == NULL) {
		every->held = ef_memory_new(image->size);
	}
	memcpy(every->held, image->data, image->size);
	every->head = *head;
	return result;
}

static ef_sink_result_t take(every_t *every, ef_message_t *message)
{
	ef_sink_result_t result;
	ef_image_t made;

	if (ef_fitter_convert(every->fitter, &message->image, &made) == -1) {
		char name[5];

		every->dropped++;
		ef_stats_bad(every->stage->stats, 1);
		ef_warn_limited(&every->unusable, "dropped a render: cannot convert %s %dx%d",
			ef_fourcc_name(message->image.fourcc, name), message->image.w,
			message->image.h);
		return EF_SINK_OK;
	}
	if (!every->begun) {
		every->begun = 1;
		every->first_ns = message->head.t;
	}
	if (every->output->timing == EF_SINK_COUNTED) {
		return hold(every, &made, &message->head);
	}
	result = write_picture(every, &made, &message->head);
	if (result == EF_SINK_OK) {
		count_render(every, &message->head);
	}
	return result;
}

/* Logs what --fps did not allow to be written as it came. */
static void tell_times(const every_t *every)
{
	const ef_steady_t *steady = &every->steady;

	if (steady->left_out > 0) {
		zsys_warning("left out %" PRId64 " pictures: they come faster than %d/%d a second; "
			     "write a .mp4 file, which keeps every picture",
			steady->left_out, every->request->rate.num, every->request->rate.den);
	}
	if (steady->shortened_ns > 0) {
		zsys_warning("shortened a picture that was shown for more than %d minutes to that "
			     "time",
			(int)(EF_STEADY_HOLD_NS / 60000000000));
	}
}

/* The source has ended: writes the last picture, and confirms the end to the stage before. */
static ef_sink_result_t end(every_t *every, ef_message_t *message)
{
	ef_sink_result_t result = EF_SINK_OK;

	if (every->held != NULL) {
		result = write_held(every, ef_steady_end(&every->steady, message->head.t));
		tell_times(every);
	}
	if (every->begun && every->output->end != NULL) {
		every->output->end(
			every->opened, ef_steady_since(every->first_ns, message->head.t));
	}
	if (ef_stage_finish(every->stage, message) != 0) {
		return EF_SINK_FAILED;
	}
	if (!every->begun) {
		zsys_error("%s is empty: blender-node, the stage before this one, sent no "
			   "render",
			every->request->name);
		return EF_SINK_FAILED;
	}
	return result;
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
		result = take(every, &message);
	}
	return result;
}

int ef_every_run(
	ef_stage_t *stage, const ef_sink_output_t *output, const ef_sink_request_t *request)
{
	every_t every = {.stage = stage,
		.output = output,
		.request = request,
		.fitter = ef_fitter_new(request->w, request->h)};
	ef_sink_result_t result, closed = EF_SINK_OK;

	ef_steady_init(&every.steady, request->rate);
	result = loop(&every);
	if (every.opened != NULL) {
		closed = every.output->close(every.opened);
	}
	ef_fitter_destroy(&every.fitter);
	free(every.held);
	if (result == EF_SINK_OK && closed == EF_SINK_OK) {
		zsys_info("%" PRId64 " pictures written", every.written);
	}
	if (every.dropped > 0) {
		zsys_error("%" PRIu64 " renders could not be converted and are missing from %s",
			every.dropped, request->name);
		return 1;
	}
	/* A conversion does not wait for a device that may come: a missing one is an error. */
	return (result != EF_SINK_OK && result != EF_SINK_CLOSED) || closed != EF_SINK_OK;
}
