#include "capture/file/decoder.h"

#include <czmq.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>

#include "capture/file/stdin.h"
#include "proto/stage/stage.h"

#define WAIT_MS 100
#define CUT_SHORT_S 0.5 /* above the error of a rounded header, and above one picture */
#define RATE_MAX 1000 /* pictures a second; a higher number is the rate of a clock */
#define ONE_THREAD_PIXELS (1280 * 720) /* up to here one core decodes live with ease */

/* A larger I420 does not fit into a message, and a file of a few bytes may claim any size. */
#define PIXELS_MAX ((int64_t)(EF_MESSAGE_MAX - 65536) * 2 / 3)
#define TOO_LARGE                                                                                  \
	"its pictures have more than 44 million pixels; make them smaller first: ffmpeg -i IN "    \
	"-vf "                                                                                     \
	"scale=1280:-2 SMALLER.mp4"

struct ef_decoder {
	AVIOContext *in; /* standard input, or NULL */
	AVFormatContext *format;
	AVCodecContext *codec;
	AVStream *stream;
	AVPacket *packet;
	AVFrame *frame;
	ef_damage_t damage; /* since the last call of ef_decoder_damage () */
	int64_t packets; /* of the stream, read so far */
	int64_t reached; /* where its last packet ends in the file, bytes; -1: not known */
	int64_t last_us; /* the latest end of a packet, of sound too, AV_TIME_BASE */
	int cut_packet; /* the last one is not whole */
	int ended;
	char why[256]; /* it broke off; empty: it has come to its end */
};

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
	return strstr(name, "://") != NULL ? strdup(name) : zsys_sprintf("file:%s", name);
}

static int open_container(ef_decoder_t *decoder, const ef_capture_request_t *request)
{
	const AVInputFormat *format = NULL;
	AVDictionary *options = NULL;
	char *url = NULL;
	int status;

	decoder->format = avformat_alloc_context();
	if (decoder->format == NULL) {
		return AVERROR(ENOMEM);
	}
	decoder->format->interrupt_callback.callback = interrupted;
	if (strcmp(request->name, "-") == 0) {
		decoder->in = ef_stdin_new();
		if (decoder->in == NULL) {
			return AVERROR(ENOMEM);
		}
		decoder->format->pb = decoder->in;
		if (request->fourcc != 0) {
			format = raw_format(request, &options);
		}
	}
	if (decoder->in == NULL) {
		url = url_of(request->name);
	}
	status = avformat_open_input(&decoder->format, url, format, &options);
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
	ef_decoder_t *decoder = codec->opaque;

	if (is_too_large(frame->width, frame->height)) {
		snprintf(decoder->why, sizeof(decoder->why), TOO_LARGE);
		return AVERROR(EFBIG);
	}
	return avcodec_default_get_buffer2(codec, frame, flags);
}

/* Lets the library examine the streams. It opens decoders of its own, which get the same limit. */
static int probe(AVFormatContext *format)
{
	unsigned count = format->nb_streams;
	AVDictionary **options = zmalloc((count + 1) * sizeof(*options));
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
static int needs_probing(const ef_decoder_t *decoder)
{
	const char *name = decoder->format->iformat->name;

	return strcmp(name, "yuv4mpegpipe") != 0 && strcmp(name, "rawvideo") != 0;
}

static int open_codec(ef_decoder_t *decoder, const AVCodec *codec, int hurry)
{
	const AVCodecParameters *parameters = decoder->stream->codecpar;
	int large = (int64_t)parameters->width * parameters->height > ONE_THREAD_PIXELS;
	int status;

	decoder->codec = avcodec_alloc_context3(codec);
	decoder->packet = av_packet_alloc();
	decoder->frame = av_frame_alloc();
	if (decoder->codec == NULL || decoder->packet == NULL || decoder->frame == NULL) {
		return AVERROR(ENOMEM);
	}
	status = avcodec_parameters_to_context(decoder->codec, parameters);
	decoder->codec->pkt_timebase = decoder->stream->time_base;
	decoder->codec->thread_count = hurry || large ? 0 : 1;
	decoder->codec->opaque = decoder;
	decoder->codec->get_buffer2 = get_buffer;
	return status < 0 ? status : avcodec_open2(decoder->codec, codec, NULL);
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

static int find_video(ef_decoder_t *decoder, int hurry)
{
	const AVCodec *codec = NULL;
	int status = 0, index;

	if (needs_probing(decoder)) {
		status = probe(decoder->format);
	}
	if (status < 0) {
		return status;
	}
	index = av_find_best_stream(decoder->format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
	if (index < 0) {
		return index;
	}
	decoder->stream = decoder->format->streams[index];
	if (is_too_large(decoder->stream->codecpar->width, decoder->stream->codecpar->height)) {
		return AVERROR(EFBIG);
	}
	/* Packets of other streams, such as sound, are read, too: they tell how long a file is
	 * whose video ends earlier. */
	return open_codec(decoder, codec, hurry);
}

static int open_video(ef_decoder_t *decoder, int hurry)
{
	int too_much = claims_too_much(decoder->format);
	int status = find_video(decoder, hurry);

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

ef_decoder_t *ef_decoder_new(const ef_capture_request_t *request)
{
	ef_decoder_t *decoder = zmalloc(sizeof(*decoder));
	int status;

	decoder->reached = -1;
	decoder->last_us = INT64_MIN;
	/* log_failure () says what is wrong; the library's lines would only repeat it. */
	av_log_set_level(AV_LOG_QUIET);
	status = open_container(decoder, request);
	if (status >= 0) {
		status = open_video(decoder, request->hurry);
	}
	if (status < 0) {
		log_failure(request, status);
		ef_decoder_destroy(&decoder);
	}
	return decoder;
}

void ef_decoder_destroy(ef_decoder_t **decoder_p)
{
	ef_decoder_t *decoder = *decoder_p;

	if (decoder != NULL) {
		av_frame_free(&decoder->frame);
		av_packet_free(&decoder->packet);
		avcodec_free_context(&decoder->codec);
		avformat_close_input(&decoder->format);
		ef_stdin_destroy(&decoder->in);
		free(decoder);
		*decoder_p = NULL;
	}
}

/* Notes where in the file, and at what time, the packet ends. */
static void note_packet(ef_decoder_t *decoder)
{
	const AVPacket *packet = decoder->packet;
	const AVStream *stream = decoder->format->streams[packet->stream_index];
	int64_t begin = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

	if (begin != AV_NOPTS_VALUE) {
		int64_t end_us = av_rescale_q(
			av_sat_add64(begin, packet->duration), stream->time_base, AV_TIME_BASE_Q);

		decoder->last_us = end_us > decoder->last_us ? end_us : decoder->last_us;
	}
	if (stream == decoder->stream) {
		decoder->packets++;
		decoder->reached = packet->pos == -1 ? -1 : packet->pos + packet->size;
		decoder->cut_packet = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
	}
}

/* By how many seconds the file, sound included, is shorter than its header says; 0: not known. */
static double missing_s(const ef_decoder_t *decoder)
{
	const AVFormatContext *format = decoder->format;
	int64_t start_us = format->start_time == AV_NOPTS_VALUE ? 0 : format->start_time;

	if (format->duration_estimation_method != AVFMT_DURATION_FROM_STREAM ||
		format->duration <= 0 || decoder->last_us == INT64_MIN) {
		return 0;
	}
	return ((double)format->duration - ((double)decoder->last_us - (double)start_us)) /
	       AV_TIME_BASE;
}

/* By how many pictures the file is shorter than its index. Only the MP4 demuxer has an exact
 * one. */
static int64_t missing_pictures(const ef_decoder_t *decoder)
{
	if (strstr(decoder->format->iformat->name, "mp4") == NULL) {
		return 0;
	}
	return avformat_index_get_entries_count(decoder->stream) - decoder->packets;
}

/* FFmpeg's Y4M demuxer reports a picture cut short as the regular end. */
static int ends_within_picture(const ef_decoder_t *decoder)
{
	return strcmp(decoder->format->iformat->name, "yuv4mpegpipe") == 0 &&
	       decoder->format->pb != NULL && decoder->reached != -1 &&
	       avio_tell(decoder->format->pb) > decoder->reached;
}

/* Called at the end of the stream: sets why when that was not the regular end. */
static void note_end(ef_decoder_t *decoder, int status)
{
	char *why = decoder->why;
	size_t size = sizeof(decoder->why);

	decoder->ended = 1;
	if (status == AVERROR_EXIT) {
		return;
	}
	if (status != AVERROR_EOF) {
		av_strerror(status, why, size);
	} else if (decoder->cut_packet || ends_within_picture(decoder)) {
		snprintf(why, size, "it ends in the middle of a picture");
	} else if (missing_pictures(decoder) > 0) {
		snprintf(why, size, "its index lists %" PRId64 " more, which are not in the file",
			missing_pictures(decoder));
	} else if (missing_s(decoder) > CUT_SHORT_S) {
		snprintf(why, size, "it ends %.1f s before its header says", missing_s(decoder));
	}
}

/* Sends the next packet to the decoder, or at the end tells it to flush. */
static void feed(ef_decoder_t *decoder)
{
	int status = av_read_frame(decoder->format, decoder->packet);

	if (status < 0) {
		if (!decoder->ended) {
			note_end(decoder, status);
		}
		avcodec_send_packet(decoder->codec, NULL);
		return;
	}
	if (decoder->packet->stream_index == decoder->stream->index) {
		/* The packet before was cut short in the middle of the stream. note_end ()
		 * counts the last one. */
		decoder->damage.patched += decoder->cut_packet;
	}
	note_packet(decoder);
	if (decoder->packet->stream_index == decoder->stream->index) {
		status = avcodec_send_packet(decoder->codec, decoder->packet);
		decoder->damage.lost += status < 0 && status != AVERROR(EAGAIN);
	}
	av_packet_unref(decoder->packet);
}

int ef_decoder_ready(const ef_decoder_t *decoder)
{
	return decoder->in == NULL || ef_stdin_ready(decoder->in, WAIT_MS);
}

int ef_decoder_read(ef_decoder_t *decoder, const AVFrame **frame)
{
	for (;;) {
		int status = avcodec_receive_frame(decoder->codec, decoder->frame);

		if (status == 0) {
			decoder->damage.patched += decoder->frame->decode_error_flags != 0;
			*frame = decoder->frame;
			return 1;
		}
		if (status == AVERROR_EOF) {
			return 0;
		}
		if (status != AVERROR(EAGAIN)) {
			decoder->damage.lost++;
		}
		feed(decoder);
	}
}

int64_t ef_decoder_time_ns(const ef_decoder_t *decoder, const AVFrame *frame)
{
	if (frame->best_effort_timestamp == AV_NOPTS_VALUE) {
		return INT64_MIN;
	}
	return av_rescale_q(frame->best_effort_timestamp, decoder->stream->time_base,
		(AVRational){1, 1000000000});
}

/* A rate that effigy-sink --fps accepts. */
static int is_usable(AVRational rate)
{
	return rate.num > 0 && rate.den > 0 && av_q2d(rate) >= 0.01 && av_q2d(rate) <= 240;
}

static AVRational rate_of(const ef_decoder_t *decoder)
{
	AVRational rate = decoder->stream->avg_frame_rate;

	if (rate.num <= 0 || rate.den <= 0) {
		rate = decoder->stream->r_frame_rate;
	}
	if (rate.num <= 0 || rate.den <= 0) {
		/* Raw pictures: one tick each. */
		rate = av_inv_q(decoder->stream->time_base);
	}
	if (rate.num <= 0 || rate.den <= 0 || av_q2d(rate) > RATE_MAX) {
		rate = (AVRational){30, 1};
	}
	return rate;
}

int64_t ef_decoder_frame_ns(const ef_decoder_t *decoder)
{
	AVRational rate = rate_of(decoder);

	return av_rescale(1000000000, rate.den, rate.num);
}

int64_t ef_decoder_length_ns(const ef_decoder_t *decoder, const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 0, 0)
	int64_t length = frame->duration;
#else
	int64_t length = frame->pkt_duration;
#endif
	int64_t length_ns =
		av_rescale_q(length, decoder->stream->time_base, (AVRational){1, 1000000000});

	return length > 0 && length_ns > 0 ? length_ns : ef_decoder_frame_ns(decoder);
}

ef_rate_t ef_decoder_steady_rate(const ef_decoder_t *decoder)
{
	AVRational rate = decoder->stream->r_frame_rate;
	AVRational mean = decoder->stream->avg_frame_rate;

	if (!is_usable(rate)) {
		/* It is the rate of the container's clock: the times of the pictures vary. */
		rate = is_usable(mean) && av_q2d(mean) > 30 ? (AVRational){60, 1}
							    : (AVRational){30, 1};
	}
	return (ef_rate_t){rate.num, rate.den};
}

int64_t ef_decoder_pictures(const ef_decoder_t *decoder)
{
	const AVFormatContext *format = decoder->format;
	double rate = av_q2d(rate_of(decoder));

	if (decoder->stream->nb_frames > 0) {
		return decoder->stream->nb_frames;
	}
	return format->duration > 0 ? llrint((double)format->duration / AV_TIME_BASE * rate) : 0;
}

/* The stream's display matrix, or NULL; FFmpeg 6.1 keeps it elsewhere. */
static const uint8_t *display_matrix(const AVStream *stream)
{
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 0)
	const AVPacketSideData *found = av_packet_side_data_get(stream->codecpar->coded_side_data,
		stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);

	return found == NULL ? NULL : found->data;
#else
	return av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
#endif
}

int ef_decoder_rotation(const ef_decoder_t *decoder)
{
	const uint8_t *matrix = display_matrix(decoder->stream);
	double anticlockwise;

	if (matrix == NULL) {
		return 0;
	}
	anticlockwise = av_display_rotation_get((const int32_t *)(const void *)matrix);
	if (isnan(anticlockwise)) {
		return 0;
	}
	return (((int)lround(-anticlockwise / 90) % 4 + 4) % 4) * 90;
}

ef_damage_t ef_decoder_damage(ef_decoder_t *decoder)
{
	ef_damage_t damage = decoder->damage;

	decoder->damage = (ef_damage_t){0};
	return damage;
}

const char *ef_decoder_why(const ef_decoder_t *decoder)
{
	return decoder->why[0] != '\0' ? decoder->why : NULL;
}

void ef_decoder_describe(const ef_decoder_t *decoder, char *text, size_t size)
{
	snprintf(text, size, "%s %dx%d, %.2f fps", avcodec_get_name(decoder->codec->codec_id),
		decoder->codec->width, decoder->codec->height, av_q2d(rate_of(decoder)));
}
