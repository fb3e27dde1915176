#include "capture/file/av_input.h"

#include <czmq.h>

#include "capture/file/stdin.h"
#include "proto/base/memory.h"
#include "proto/stage/stage.h"

#define ONE_THREAD_PIXELS (1280 * 720) /* up to here one core decodes live with ease */

/* A larger I420 does not fit into a message, and a file of a few bytes may claim any size. */
#define PIXELS_MAX ((int64_t)(EF_MESSAGE_MAX - 65536) * 2 / 3)
#define TOO_LARGE                                                                                  \
	"its pictures have more than 44 million pixels; make them smaller first: ffmpeg -i IN "    \
	"-vf "                                                                                     \
	"scale=1280:-2 SMALLER.mp4"

static int interrupted(void *opaque)
{
	(void)opaque;
	ef_stats_pulse(); /* a stalled stream must not look like a stage that hangs */
	return ef_stage_stopping();
}

/* Raw pictures have no header: size, format and rate come from options. */
static const AVInputFormat *raw_format(const ef_capture_request_t *request, AVDictionary **options)
{
	static const struct {
		uint32_t fourcc;
		const char *name;
	} formats[] = {{EF_I420, "yuv420p"}, {EF_YUYV, "yuyv422"}, {EF_NV12, "nv12"},
		{EF_GREY, "gray"}, {EF_RGBA, "rgba"}};
	char text[32];

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].fourcc == request->fourcc) {
			av_dict_set(options, "pixel_format", formats[i].name, 0);
		}
	}
	snprintf(text, sizeof(text), "%dx%d", request->size.w, request->size.h);
	av_dict_set(options, "video_size", text, 0);
	snprintf(text, sizeof(text), "%d/%d", request->rate.num, request->rate.den);
	av_dict_set(options, "framerate", text, 0);
	return av_find_input_format("rawvideo");
}

/* FFmpeg takes what stands before a colon for a protocol: "12:30.mp4" is a file all the same,
 * unless it says "://". */
static char *url_of(const char *name)
{
	return strstr(name, "://") != NULL ? ef_memory_copy(name)
					   : ef_memory_print("file:%s", name);
}

static int open_container(ef_av_input_t *input, const ef_capture_request_t *request)
{
	const AVInputFormat *format = NULL;
	AVDictionary *options = NULL;
	char *url = NULL;
	int status;

	input->format = avformat_alloc_context();
	if (input->format == NULL) {
		return AVERROR(ENOMEM);
	}
	input->format->interrupt_callback.callback = interrupted;
	if (strcmp(request->name, "-") == 0) {
		input->in = ef_stdin_new();
		if (input->in == NULL) {
			return AVERROR(ENOMEM);
		}
		input->format->pb = input->in;
		if (request->fourcc != 0) {
			format = raw_format(request, &options);
		}
	}
	if (input->in == NULL) {
		url = url_of(request->name);
	}
	status = avformat_open_input(&input->format, url, format, &options);
	free(url);
	av_dict_free(&options);
	return status;
}

static int is_too_large(int w, int h)
{
	return (int64_t)w * h > PIXELS_MAX;
}

/* Called for each picture before it is decoded. */
static int get_buffer(AVCodecContext *codec, AVFrame *frame, int flags)
{
	ef_av_input_t *input = codec->opaque;

	if (is_too_large(frame->width, frame->height)) {
		input->refused = TOO_LARGE;
		return AVERROR(EFBIG);
	}
	return avcodec_default_get_buffer2(codec, frame, flags);
}

/* Lets the library examine the streams. It opens decoders of its own, which get the same limit. */
static int probe(AVFormatContext *format)
{
	unsigned count = format->nb_streams;
	AVDictionary **options = ef_memory_new((count + 1) * sizeof(*options));
	int status;

	for (unsigned i = 0; i < count; i++) {
		av_dict_set_int(&options[i], "max_pixels", PIXELS_MAX, 0);
	}
	status = avformat_find_stream_info(format, options);
	for (unsigned i = 0; i < count; i++) {
		av_dict_free(&options[i]);
	}
	free(options);
	return status;
}

/* The header of a raw format says everything. Probing would hold back the first pictures of a live
 * pipe until more have come. */
static int needs_probing(const ef_av_input_t *input)
{
	const char *name = input->format->iformat->name;

	return strcmp(name, "yuv4mpegpipe") != 0 && strcmp(name, "rawvideo") != 0;
}

static int open_codec(ef_av_input_t *input, const AVCodec *codec, int hurry)
{
	const AVCodecParameters *parameters = input->stream->codecpar;
	int large = (int64_t)parameters->width * parameters->height > ONE_THREAD_PIXELS;
	int status;

	input->codec = avcodec_alloc_context3(codec);
	if (input->codec == NULL) {
		return AVERROR(ENOMEM);
	}
	status = avcodec_parameters_to_context(input->codec, parameters);
	input->codec->pkt_timebase = input->stream->time_base;
	input->codec->thread_count = hurry || large ? 0 : 1;
	input->codec->opaque = input;
	input->codec->get_buffer2 = get_buffer;
	return status < 0 ? status : avcodec_open2(input->codec, codec, NULL);
}

/* By the container's header: a decoder that refuses a large picture does not say why. */
static int claims_too_much(const AVFormatContext *format)
{
	int found = 0;

	for (unsigned i = 0; i < format->nb_streams; i++) {
		const AVCodecParameters *parameters = format->streams[i]->codecpar;

		found |= is_too_large(parameters->width, parameters->height);
	}
	return found;
}

static int find_video(ef_av_input_t *input, int hurry)
{
	const AVCodec *codec = NULL;
	int status = 0, index;

	if (needs_probing(input)) {
		status = probe(input->format);
	}
	if (status < 0) {
		return status;
	}
	index = av_find_best_stream(input->format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
	if (index < 0) {
		return index;
	}
	input->stream = input->format->streams[index];
	if (is_too_large(input->stream->codecpar->width, input->stream->codecpar->height)) {
		return AVERROR(EFBIG);
	}
	/* Packets of other streams, such as sound, are read, too: they tell how long a file is
	 * whose video ends earlier. */
	return open_codec(input, codec, hurry);
}

static int open_video(ef_av_input_t *input, int hurry)
{
	int too_much = claims_too_much(input->format);
	int status = find_video(input, hurry);

	return status < 0 && status != AVERROR_EXIT && too_much ? AVERROR(EFBIG) : status;
}

static void log_failure(const ef_capture_request_t *request, int status)
{
	const char *shown = strcmp(request->name, "-") == 0 ? "standard input" : request->name;

	if (status == AVERROR_EXIT) {
		return;
	}
	if (status == AVERROR_STREAM_NOT_FOUND) {
		zsys_error("cannot use %s: it has no video stream; give a video file", shown);
	} else if (status == AVERROR_DECODER_NOT_FOUND) {
		zsys_error("cannot use %s: this FFmpeg has no decoder for its video; convert it "
			   "to H.264 first",
			shown);
	} else if (status == AVERROR(EFBIG)) {
		zsys_error("cannot use %s: " TOO_LARGE, shown);
	} else if (status == AVERROR_INVALIDDATA || status == AVERROR_EOF) {
		zsys_error(
			"cannot read %s: it is not a video, or it is damaged or truncated; try to "
			"play it with ffplay",
			shown);
	} else {
		zsys_error("cannot read %s: %s; give a video file, a webcam such as /dev/video0, "
			   "or - for standard input",
			shown, av_err2str(status));
	}
}

int ef_av_input_open(ef_av_input_t *input, const ef_capture_request_t *request)
{
	int status;

	*input = (ef_av_input_t){0};
	/* log_failure () says what is wrong; the library's lines would only repeat it. */
	av_log_set_level(AV_LOG_QUIET);
	status = open_container(input, request);
	if (status >= 0) {
		status = open_video(input, request->hurry);
	}
	if (status < 0) {
		log_failure(request, status);
		ef_av_input_close(input);
		return -1;
	}
	return 0;
}

void ef_av_input_close(ef_av_input_t *input)
{
	avcodec_free_context(&input->codec);
	avformat_close_input(&input->format);
	ef_stdin_destroy(&input->in);
}
