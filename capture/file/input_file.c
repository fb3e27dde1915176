/* Input from a video file, or from standard input: Y4M, another stream that FFmpeg reads, or raw
 * pictures. */
#include <czmq.h>

#include "capture/file/av_picture.h"
#include "capture/file/decoder.h"
#include "capture/input.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/memory.h"

typedef struct {
	const ef_capture_request_t *request;
	ef_decoder_t *decoder;
	ef_av_picture_t *picture;
	uint64_t pictures; /* read so far */
	uint64_t before; /* likewise, when this round of the loop began */
	int64_t offset_ns; /* media time - the stream's own, in this round */
	int64_t last_ns; /* media time of the last picture */
	int rotation; /* degrees */
	ef_damage_t damage; /* so far */
	ef_limiter_t limiter;
} file_input_t;

static void file_close(void *self)
{
	file_input_t *file = self;

	ef_decoder_destroy(&file->decoder);
	ef_av_picture_destroy(&file->picture);
	free(file);
}

static int is_stdin(const ef_capture_request_t *request)
{
	return strcmp(request->name, "-") == 0;
}

static const char *shown(const ef_capture_request_t *request)
{
	return is_stdin(request) ? "standard input" : request->name;
}

static int request_usable(const ef_capture_request_t *request)
{
	if (!is_stdin(request)) {
		return 1;
	}
	if (request->loop) {
		zsys_error("cannot use --loop with standard input, which can be read only once; "
			   "give a file");
		return 0;
	}
	if (request->fourcc == EF_MJPG) {
		zsys_error("raw pictures on standard input cannot be MJPG; leave --format out and "
			   "send a stream FFmpeg knows, such as ffmpeg's -f mjpeg");
		return 0;
	}
	if (request->fourcc != 0 && (request->size.w == 0 || request->rate.num == 0)) {
		zsys_error("raw pictures have no header: give --size WxH and --fps N, too");
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
	file = ef_memory_new(sizeof(*file));
	file->request = request;
	file->picture = ef_av_picture_new();
	file->decoder = ef_decoder_new(request);
	if (file->decoder == NULL) {
		file_close(file);
		return NULL;
	}
	file->rotation = ef_decoder_rotation(file->decoder);
	ef_decoder_describe(file->decoder, text, sizeof(text));
	zsys_info("%s: %s", shown(request), text);
	return file;
}

/* Returns the picture's media time: that of the stream, but from 0 on, always increasing, and
 * continued in every round of a loop. */
static int64_t media_time(file_input_t *file, const AVFrame *frame)
{
	int64_t frame_ns = ef_decoder_frame_ns(file->decoder);
	int64_t own = ef_decoder_time_ns(file->decoder, frame);
	int64_t next = file->pictures > 0 ? file->last_ns + frame_ns : 0;

	if (own == INT64_MIN) {
		return next;
	}
	if (file->pictures == file->before) {
		file->offset_ns = next - own;
	}
	if (file->pictures > 0 && own + file->offset_ns <= file->last_ns) {
		return file->last_ns + 1;
	}
	return own + file->offset_ns;
}

/* Logs which pictures are missing or damaged. Returns true when any is. */
static int tell_damage(const file_input_t *file, const char *why)
{
	const char *name = shown(file->request);

	if (why != NULL) {
		zsys_warning(
			"%s ends early, after %" PRIu64 " pictures: %s", name, file->pictures, why);
	}
	if (file->damage.lost > 0) {
		zsys_warning("%s is damaged: %d pictures could not be decoded and are left out",
			name, file->damage.lost);
	}
	if (file->damage.patched > 0) {
		zsys_warning("%s is damaged: %d pictures were decoded only in part", name,
			file->damage.patched);
	}
	return why != NULL || file->damage.lost > 0 || file->damage.patched > 0;
}

/* The decoder has come to an end. */
static ef_capture_result_t end_of_stream(file_input_t *file)
{
	const char *why = ef_decoder_why(file->decoder);
	int damaged = 0;

	if (file->pictures == 0 && !zsys_interrupted) {
		zsys_error("no picture could be read from %s: %s; try to play it with ffplay",
			shown(file->request),
			why != NULL ? why : "it ends before the first picture");
		return EF_CAPTURE_FAILED;
	}
	if (!zsys_interrupted) {
		damaged = tell_damage(file, why);
		file->damage = (ef_damage_t){0};
	}
	if (!file->request->loop || file->pictures == file->before) {
		return damaged ? EF_CAPTURE_BROKEN : EF_CAPTURE_END;
	}
	ef_decoder_destroy(&file->decoder);
	file->decoder = ef_decoder_new(file->request);
	file->before = file->pictures;
	return file->decoder != NULL ? EF_CAPTURE_NOTHING : EF_CAPTURE_END;
}

/* Counts what was damaged since the last picture. Returns the pictures that are missing. */
static int count_damage(file_input_t *file)
{
	ef_damage_t damage = ef_decoder_damage(file->decoder);

	file->damage.lost += damage.lost;
	file->damage.patched += damage.patched;
	/* A conversion logs it at its end, what plays for hours at once. */
	if (damage.lost > 0 && !file->request->hurry) {
		ef_warn_limited(
			&file->limiter, "%s: dropped a damaged picture", shown(file->request));
	}
	return damage.lost;
}

static ef_capture_result_t file_read(void *self, ef_capture_picture_t *picture)
{
	file_input_t *file = self;
	const AVFrame *frame;
	int got, missing;

	if (!ef_decoder_ready(file->decoder)) {
		return EF_CAPTURE_NOTHING;
	}
	picture->began_ns = ef_now_ns();
	got = ef_decoder_read(file->decoder, &frame);
	missing = count_damage(file);
	if (got == 0) {
		return end_of_stream(file);
	}
	if (ef_av_picture_convert(file->picture, frame, file->rotation, &picture->image) == -1) {
		zsys_error("cannot convert a %dx%d picture of %s to I420", frame->width,
			frame->height, shown(file->request));
		return EF_CAPTURE_FAILED;
	}
	picture->media_ns = media_time(file, frame);
	picture->length_ns = ef_decoder_length_ns(file->decoder, frame);
	picture->skipped = missing;
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
