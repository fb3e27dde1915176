/* A video file, or standard input: Y4M, another stream that FFmpeg knows, or raw pictures. */
#include <czmq.h>

#include "capture/decoder.h"
#include "capture/input.h"
#include "capture/picture.h"
#include "proto/clock.h"
#include "proto/log.h"

#define CUT_SHORT_NS INT64_C(1000000000)

typedef struct {
	const ef_capture_request_t *request;
	ef_decoder_t *decoder;
	ef_picture_t *picture;
	uint64_t pictures; /* read so far */
	uint64_t before; /* likewise, when this round of the loop began */
	int64_t offset_ns; /* media time - the stream's own, in this round */
	int64_t round_ns; /* media time of this round's first picture */
	int64_t last_ns; /* media time of the last picture */
	int rotation; /* degrees */
	ef_limiter_t damage;
} file_input_t;

static void file_close(void *self)
{
	file_input_t *file = self;

	ef_decoder_destroy(&file->decoder);
	ef_picture_destroy(&file->picture);
	free(file);
}

static int is_stdin(const ef_capture_request_t *request)
{
	return strcmp(request->name, "-") == 0;
}

static int request_usable(const ef_capture_request_t *request)
{
	if (!is_stdin(request)) {
		return 1;
	}
	if (request->loop) {
		zsys_error("cannot --loop standard input: it can be read once; give a file");
		return 0;
	}
	if (request->fourcc == EF_MJPG) {
		zsys_error("raw pictures on standard input cannot be MJPG; leave --format out and "
			   "send a stream FFmpeg knows, such as ffmpeg's -f mjpeg");
		return 0;
	}
	if (request->fourcc != 0 && (request->size.w == 0 || request->rate.num == 0)) {
		zsys_error("raw pictures have no header: say --size WxH and --fps N, too");
		return 0;
	}
	return 1;
}

static void *file_open(const ef_capture_request_t *request)
{
	file_input_t *file;
	char text[128];

	if (!request_usable(request)) {
		return NULL;
	}
	file = zmalloc(sizeof(*file));
	file->request = request;
	file->picture = ef_picture_new();
	file->decoder = ef_decoder_new(request);
	if (file->decoder == NULL) {
		file_close(file);
		return NULL;
	}
	file->rotation = ef_decoder_rotation(file->decoder);
	ef_decoder_describe(file->decoder, text, sizeof(text));
	zsys_info("%s: %s", is_stdin(request) ? "standard input" : request->name, text);
	return file;
}

/* Sets the picture's media time: the stream's own, but from 0 on, always increasing, and going on
 * through every round of a loop. */
static int64_t media_time(file_input_t *file, const AVFrame *frame)
{
	int64_t frame_ns = ef_decoder_frame_ns(file->decoder);
	int64_t own = ef_decoder_time_ns(file->decoder, frame);
	int64_t next = file->pictures > 0 ? file->last_ns + frame_ns : 0;

	if (own == INT64_MIN) {
		return next;
	}
	if (file->pictures == file->before) {
		file->round_ns = next;
		file->offset_ns = next - own;
	}
	if (file->pictures > 0 && own + file->offset_ns <= file->last_ns) {
		return file->last_ns + 1;
	}
	return own + file->offset_ns;
}

/* A file cut short may end without an error. Sound may outlast the picture, though. */
static void check_length(const file_input_t *file)
{
	int64_t told = ef_decoder_duration_ns(file->decoder);
	int64_t played = file->last_ns - file->round_ns;

	if (told - played > CUT_SHORT_NS) {
		zsys_warning("%s ends after %" PRIu64 " pictures, %.1f s before the %.1f s that "
			     "its header tells: it may be cut short",
			file->request->name, file->pictures, (double)(told - played) / 1e9,
			(double)told / 1e9);
	}
}

/* The decoder has come to an end. */
static ef_capture_result_t end_of_stream(file_input_t *file)
{
	const char *why = ef_decoder_why(file->decoder);

	if (file->pictures == 0 && !zsys_interrupted) {
		zsys_error("no picture could be read from %s: %s; try to play it with ffplay",
			file->request->name, why != NULL ? why : "it ends before the first");
		return EF_CAPTURE_FAILED;
	}
	if (why != NULL) {
		zsys_warning("%s breaks off after %" PRIu64 " pictures: %s", file->request->name,
			file->pictures, why);
	} else if (!zsys_interrupted) {
		check_length(file);
	}
	if (!file->request->loop || file->pictures == file->before) {
		return EF_CAPTURE_END;
	}
	ef_decoder_destroy(&file->decoder);
	file->decoder = ef_decoder_new(file->request);
	file->before = file->pictures;
	return file->decoder != NULL ? EF_CAPTURE_NOTHING : EF_CAPTURE_END;
}

static ef_capture_result_t file_read(void *self, ef_capture_picture_t *picture)
{
	file_input_t *file = self;
	const AVFrame *frame;
	int got, damaged;

	if (!ef_decoder_ready(file->decoder)) {
		return EF_CAPTURE_NOTHING;
	}
	picture->began_ns = ef_now_ns();
	got = ef_decoder_read(file->decoder, &frame);
	damaged = ef_decoder_damaged(file->decoder);
	if (damaged > 0) {
		ef_warn_limited(
			&file->damage, "%s: a damaged picture was left out", file->request->name);
	}
	if (got == 0) {
		return end_of_stream(file);
	}
	if (ef_picture_convert(file->picture, frame, file->rotation, &picture->image) == -1) {
		zsys_error("cannot convert a %dx%d picture of %s to I420", frame->width,
			frame->height, file->request->name);
		return EF_CAPTURE_FAILED;
	}
	picture->media_ns = media_time(file, frame);
	picture->skipped = damaged;
	file->last_ns = picture->media_ns;
	file->pictures++;
	return EF_CAPTURE_PICTURE;
}

static const char *file_note(const void *self)
{
	const file_input_t *file = self;

	return is_stdin(file->request) ? "standard input" : "file";
}

const ef_capture_input_t ef_capture_file = {0, file_open, file_read, file_note, file_close};
