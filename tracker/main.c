/* effigy-tracker: receives frames, sends faces. Nothing that it sends contains pixels. */
#include <czmq.h>
#include <string.h>

#include "proto/base/buffer.h"
#include "proto/base/log.h"
#include "proto/stage/model_file.h"
#include "proto/stage/stage.h"
#include "tracker/denoise.h"
#include "proto/picture/luma.h"
#include "tracker/next_face.h"
#include "tracker/read/face_reader.h"
#include "tracker/track.h"

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"

/* Without a face the whole frame is searched ten times a second at most, because a search takes
 * 20 ms. Under policy all every frame is searched. */
#define SEARCH_NS 100000000

typedef struct {
	ef_stage_t *stage;
	ef_track_t *track;
	ef_face_reader_t *face_reader;
	ef_luma_reader_t *reader;
	ef_luma_t luma; /* of the frame; 0 pixels: it could not be decoded */
	ef_buffer_t smoothed;
	ef_limiter_t limiter;
	const char *next_face; /* a file, or NULL */
	int seen; /* a face has been found since the start */
} tracker_t;

/* A frame that cannot be decoded is dropped under EF_LATEST and gives a lost face under EF_ALL. */
static int refuse(tracker_t *tracker, const ef_message_t *in, ef_face_t *face, const char *why)
{
	char name[5];

	ef_stats_bad(tracker->stage->stats, 1);
	ef_warn_limited(&tracker->limiter, "cannot decode frame %" PRIu64 " (%s %dx%d): %s",
		in->head.seq, ef_fourcc_name(in->image.fourcc, name), in->image.w, in->image.h,
		why);
	*face = (ef_face_t){.w = in->image.w, .h = in->image.h, .state = EF_LOST};
	tracker->luma = (ef_luma_t){0};
	return tracker->stage->policy == EF_ALL;
}

static int step(void *self, const ef_message_t *in, ef_message_t *out)
{
	tracker_t *tracker = self;
	ef_luma_t *luma = &tracker->luma;
	const char *why = NULL;

	out->head.kind = EF_FACE;
	if (ef_luma_read(tracker->reader, &in->image, luma, &why) == -1) {
		return refuse(tracker, in, &out->face, why);
	}
	if (ef_denoise(&tracker->smoothed, luma) == -1) {
		return refuse(tracker, in, &out->face, "out of memory");
	}
	ef_track_step(tracker->track, luma, in->head.t, &out->face);
	if (ef_next_face_asked(tracker->next_face)) {
		ef_next_face_follow(tracker->next_face, tracker->track, luma, &out->face);
	}
	if (out->face.state == EF_TRACKED) {
		ef_face_reader_read(tracker->face_reader, luma, &out->face);
	}
	tracker->seen |= out->face.state == EF_TRACKED;
	ef_stats_note(tracker->stage->stats, tracker->seen ? "" : "no face yet");
	return 1;
}

static void check(void *self)
{
	tracker_t *tracker = self;

	if (tracker->luma.w > 0) {
		ef_track_check(tracker->track, &tracker->luma);
	}
}

/* The files of models that the stage needs. */
typedef struct {
	const char *landmarks, *face_reader;
} models_t;

/* Returns 0, or -1 after logging what is wrong. */
static int open_face_reader(tracker_t *tracker, const char *path)
{
	char why[256];

	tracker->face_reader = ef_face_reader_load(path, why, sizeof(why));
	if (tracker->face_reader == NULL) {
		zsys_error("cannot use the face reader's weights %s: %s; install Effigy again, or "
			   "give another file with --face-reader",
			path, why);
		return -1;
	}
	return 0;
}

static int open_models(tracker_t *tracker, const models_t *models)
{
	char why[256];

	tracker->track = ef_track_new(models->landmarks,
		tracker->stage->policy == EF_ALL ? 0 : SEARCH_NS, why, sizeof(why));
	if (tracker->track == NULL) {
		zsys_error("cannot use the landmark model %s: %s; install Debian's package "
			   "libdlib-data, or give another dlib model of 68 landmarks with --model",
			models->landmarks, why);
		return -1;
	}
	return open_face_reader(tracker, models->face_reader);
}

static int run(ef_stage_t *stage, const models_t *models, const char *next_face)
{
	tracker_t tracker = {.stage = stage, .next_face = next_face};
	int status = 1;

	if (open_models(&tracker, models) == 0) {
		tracker.reader = ef_luma_reader_new();
		if (ef_stage_open(stage) == 0) {
			status = ef_stage_run(stage, step, check, &tracker);
		}
		ef_luma_reader_destroy(&tracker.reader);
	}
	ef_stage_close(stage);
	ef_buffer_finish(&tracker.smoothed);
	ef_face_reader_destroy(&tracker.face_reader);
	ef_track_destroy(&tracker.track);
	return status;
}

int main(int argc, char **argv)
{
	ef_stage_t stage = {.name = "tracker", .in = "frames", .out = "faces", .accepts = EF_FRAME};
	char *face_reader = ef_model_file("face_reader.weights");
	models_t models = {MODEL, face_reader};
	const char *next_face = NULL;
	int status;
	const ef_option_t own[] = {
		{"model", EF_OPTION_TEXT, &models.landmarks, "FILE",
			"dlib shape predictor of 68 landmarks", 0, 0, NULL},
		{"face-reader", EF_OPTION_TEXT, &models.face_reader, "FILE",
			"weights of the face reader", 0, 0, NULL},
		{"next-face", EF_OPTION_TEXT, &next_face, "FILE",
			"follow the next person when FILE appears", 0, 0, NULL},
		{0},
	};
	const ef_usage_t usage = {
		.program = "effigy-tracker",
		.purpose = "Finds the main face in each frame, follows it, and sends its 68 "
			   "landmarks and what its pixels show.",
		.footer = "--out none sends faces to --tap only.",
	};

	status = ef_stage_options(&stage, &usage, own, argc, argv);
	if (status == -1) {
		status = run(&stage, &models, next_face);
	}
	free(face_reader);
	return status;
}
