#include "sink/live.h"

#include <czmq.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "sink/audience.h"
#include "sink/fit.h"
#include "sink/pacer.h"
#include "sink/standby.h"

#define SECOND INT64_C(1000000000)
#define WAIT_MS 100
#define HOLDING_NS (SECOND / 4) /* a render older than this is reported as held */
#define STANDBY_NS (2 * SECOND) /* without a render for so long, the stand-by card is shown */
#define WAKING_NS (5 * SECOND) /* the longest that a webcam may take to give its first picture */
#define MAKE_UP_NS 1e9 /* after a longer pause a pipe's reader does not get the missed pictures */

typedef struct {
	ef_stage_t *stage;
	const ef_sink_output_t *output;
	const ef_sink_request_t *request;
	void *opened; /* the output, or NULL */
	int64_t retry_ns; /* when to open it next */
	ef_pacer_t pacer;
	ef_fitter_t *fitter;
	int64_t written; /* pictures */
	int64_t shown_ns; /* when the last tick's picture was written; 0: after a pause */

	const uint8_t *render; /* the newest render, of the output's size: the fitter's, or kept */
	int64_t render_ns; /* when it came; 0: none yet */
	ef_head_t head; /* its head */
	int fresh; /* it has not been written yet */

	size_t size; /* bytes of a picture */
	ef_standby_t *standby;
	ef_limiter_t unusable;

	/* On demand. */
	ef_audience_t *audience; /* NULL: always on */
	int resting; /* no readers: write the card, once a second */
	int64_t rest_ns; /* when to write it next */
	int64_t woken_ns; /* when the last rest ended; 0: never */
} live_t;

/* The output. */

static ef_sink_result_t close_output(live_t *live)
{
	void *opened = live->opened;

	live->opened = NULL;
	return opened != NULL ? live->output->close(opened) : EF_SINK_OK;
}

static ef_sink_result_t open_output(live_t *live)
{
	ef_sink_result_t result;

	if (live->opened != NULL || ef_now_ns() < live->retry_ns) {
		return EF_SINK_OK;
	}
	result = live->output->open(&live->opened, live->request);
	if (result != EF_SINK_OK) {
		close_output(live);
		live->retry_ns = ef_now_ns() + SECOND;
		ef_stats_note(live->stage->stats, "no device");
	}
	return result == EF_SINK_LATER ? EF_SINK_OK : result;
}

static ef_sink_result_t write_picture(live_t *live, const uint8_t *data)
{
	const ef_sink_request_t *request = live->request;
	ef_image_t image = {EF_I420, request->w, request->h, data, live->size};
	int64_t pts_ns = (int64_t)((double)live->written * live->pacer.period_ns);
	ef_sink_result_t result = live->output->write(live->opened, &image, pts_ns);

	live->written++;
	if (result == EF_SINK_LATER) {
		close_output(live);
		live->retry_ns = ef_now_ns() + SECOND;
		result = EF_SINK_OK;
	}
	return result;
}

/* The picture to show. */

static const uint8_t *choose(live_t *live, int64_t now)
{
	int64_t age = now - live->render_ns;
	int none = live->render_ns == 0;

	if (!none && age < STANDBY_NS) {
		ef_stats_note(live->stage->stats, age < HOLDING_NS ? "live" : "holding");
		return live->render;
	}
	if (live->woken_ns > 0 && now < live->woken_ns + WAKING_NS) {
		ef_stats_note(live->stage->stats, "waking");
		return ef_standby_card(live->standby, EF_STANDBY_WAKING, 0);
	}
	ef_stats_note(live->stage->stats, "stand-by");
	return ef_standby_card(live->standby, EF_STANDBY_WAITING, none ? -1 : age / SECOND);
}

/* Keeps a render, ready to be written. */
static void take(live_t *live, const ef_message_t *message)
{
	ef_image_t made;

	if (message->head.kind != EF_RENDER) {
		return; /* the end of a file does not end a live output */
	}
	if (ef_fitter_convert(live->fitter, &message->image, &made) == -1) {
		char name[5];

		ef_stats_bad(live->stage->stats, 1);
		ef_warn_limited(&live->unusable, "dropped a render: cannot convert %s %dx%d",
			ef_fourcc_name(message->image.fourcc, name), message->image.w,
			message->image.h);
		return;
	}
	if (made.data == message->image.data) {
		ef_input_keep(live->stage->input);
	}
	live->render = made.data;
	if (live->fresh) {
		ef_stats_dropped(live->stage->stats); /* a newer one came before its tick */
	}
	live->head = message->head;
	live->fresh = 1;
	live->render_ns = ef_now_ns();
	ef_pacer_arrival(&live->pacer, live->render_ns);
}

/* Counts the readers, and tells capture. */
static void look_for_audience(live_t *live)
{
	int readers = 0;
	int64_t now;

	if (live->audience == NULL) {
		return;
	}
	now = ef_now_ns();
	if (live->opened != NULL) {
		readers = live->output->readers != NULL ? live->output->readers(live->opened) : 1;
	}
	if (!ef_audience_update(live->audience, readers, now)) {
		live->resting = 1;
	} else if (live->resting) {
		live->resting = 0;
		live->woken_ns = now;
	}
}

static int64_t next_tick(const live_t *live)
{
	return live->resting ? live->rest_ns : ef_pacer_due(&live->pacer, live->fresh);
}

/* Receives renders until the next tick, which one of them may bring about. */
static void wait_for_tick(live_t *live)
{
	ef_message_t message;
	int64_t left;

	look_for_audience(live);
	left = next_tick(live) - ef_now_ns();
	while (!ef_stage_stopping() && left >= 1000000) {
		int wait = left < WAIT_MS * INT64_C(1000000) ? (int)(left / 1000000) : WAIT_MS;

		if (ef_stage_receive(live->stage, wait, &message)) {
			take(live, &message);
		}
		look_for_audience(live);
		left = next_tick(live) - ef_now_ns();
	}
	if (left > 0) {
		ef_sleep_until(next_tick(live));
	}
	if (!live->fresh && ef_stage_receive(live->stage, 0, &message)) {
		take(live, &message);
	}
}

/* Returns how many times to write this tick's picture. */
static int64_t repeats(live_t *live, int64_t now)
{
	int64_t count = ef_pacer_count(&live->pacer, live->fresh, now);
	int is_pipe = strcmp(live->request->name, "-") == 0;

	if (live->output->timing == EF_SINK_NOW) {
		return 1;
	}
	return is_pipe && (double)count * live->pacer.period_ns > MAKE_UP_NS ? 1 : count;
}

/* Counts what the output's reader sees. again: how often it sees a render again, unplanned. */
static void count_shown(live_t *live, const uint8_t *picture, int64_t again)
{
	int64_t now = ef_now_ns();
	int is_render = picture == live->render;

	ef_stats_shown(live->stage->stats, live->shown_ns > 0 ? now - live->shown_ns : 0,
		is_render ? (uint64_t)again : 0);
	live->shown_ns = now;
	if (live->fresh && is_render) {
		ef_head_leave(&live->head, now);
		ef_stats_out(live->stage->stats, &live->head);
		live->fresh = 0;
	}
}

static ef_sink_result_t tick(live_t *live)
{
	int64_t now = ef_now_ns();
	const uint8_t *picture = choose(live, now);
	ef_sink_result_t result = EF_SINK_OK;
	int again = ef_pacer_tick(&live->pacer, live->fresh, now);
	int64_t count = repeats(live, now);

	for (int64_t i = 0; i < count && result == EF_SINK_OK && live->opened != NULL; i++) {
		result = write_picture(live, picture);
	}
	if (count > 0 && live->opened != NULL) {
		count_shown(live, picture, again ? count : count - 1);
	}
	return result;
}

/* Writes the card while there are no readers, so that a program that lists cameras finds one that
 * gives pictures. */
static ef_sink_result_t rest_tick(live_t *live)
{
	int64_t now = ef_now_ns();

	ef_stats_note(live->stage->stats, "resting");
	live->rest_ns = now + SECOND;
	live->shown_ns = 0;
	if (live->opened == NULL) {
		return EF_SINK_OK;
	}
	return write_picture(live, ef_standby_card(live->standby, EF_STANDBY_RESTING, 0));
}

/* Writes a last card: a device keeps showing its readers the last picture it got. */
static void show_the_end(live_t *live)
{
	if (live->opened != NULL && live->output->timing == EF_SINK_NOW) {
		write_picture(live, ef_standby_card(live->standby, EF_STANDBY_ENDED, 0));
	}
}

static ef_sink_result_t loop(live_t *live)
{
	ef_sink_result_t result = open_output(live);

	ef_pacer_init(&live->pacer, live->request->rate, ef_now_ns());
	while (result == EF_SINK_OK && !ef_stage_stopping()) {
		wait_for_tick(live);
		result = open_output(live);
		if (result == EF_SINK_OK) {
			result = live->resting ? rest_tick(live) : tick(live);
		}
	}
	if (result == EF_SINK_OK) {
		show_the_end(live);
	}
	return result;
}

int ef_live_run(ef_stage_t *stage, const ef_sink_output_t *output, const ef_sink_request_t *request,
	ef_audience_t *audience)
{
	size_t size = ef_image_size(EF_I420, request->w, request->h);
	live_t live = {.stage = stage,
		.output = output,
		.request = request,
		.fitter = ef_fitter_new(request->w, request->h),
		.size = size,
		.standby = ef_standby_new(request->w, request->h),
		.audience = audience,
		.resting = audience != NULL};
	ef_sink_result_t result = loop(&live);
	ef_sink_result_t closed = close_output(&live);

	ef_fitter_destroy(&live.fitter);
	ef_standby_destroy(&live.standby);
	return result == EF_SINK_FAILED || closed == EF_SINK_FAILED;
}
