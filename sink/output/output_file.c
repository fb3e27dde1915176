/* Output to a video file: H.264 by libx264, in the container that the file's name asks for. */
#include <czmq.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>

#include "proto/base/memory.h"
#include "sink/output/new_file.h"
#include "sink/output/output.h"

/* Divides all usual rates, and each picture of a file of variable rate keeps its time. */
#define CLOCK 90000
#define FRAGMENT_S 1 /* live: what a sink that is killed may take with it */
#define THREADS 2 /* the rest of the pipeline needs the cores */

typedef struct {
	const ef_sink_request_t *request;
	char path[PATH_MAX]; /* may differ from the request's name: see new_file.h */
	AVFormatContext *format;
	AVCodecContext *codec;
	AVStream *stream;
	AVFrame *frame;
	AVPacket *packet;
	int64_t last_pts; /* in 1 / CLOCK */
	int64_t step; /* 1 / rate in 1 / CLOCK */
	int64_t end; /* of the last picture, likewise; 0: not known */
	int begun; /* the header is written */
	int failed;
} file_t;

static ef_sink_result_t fail(file_t *file, const char *what, int status)
{
	if (!file->failed) {
		zsys_error("cannot %s %s: %s%s", what, file->path, av_err2str(status),
			status == AVERROR(ENOSPC) ? "; free some disk space, then start again"
						  : "; give a file in a folder you may write to");
	}
	file->failed = 1;
	return EF_SINK_FAILED;
}

static int open_codec(file_t *file, const AVCodec *codec)
{
	AVCodecContext *context = avcodec_alloc_context3(codec);

	file->codec = context;
	if (context == NULL) {
		return AVERROR(ENOMEM);
	}
	context->width = file->request->w;
	context->height = file->request->h;
	context->pix_fmt = AV_PIX_FMT_YUV420P;
	context->time_base = (AVRational){1, CLOCK};
	context->framerate = (AVRational){file->request->rate.num, file->request->rate.den};
	context->sample_aspect_ratio = (AVRational){1, 1};
	/* libyuv and libswscale convert RGB by BT.601, narrow range. Without a note a player
	 * assumes BT.709 for large pictures. */
	context->color_range = AVCOL_RANGE_MPEG;
	context->colorspace = AVCOL_SPC_SMPTE170M;
	context->color_primaries = AVCOL_PRI_SMPTE170M;
	context->color_trc = AVCOL_TRC_SMPTE170M;
	context->thread_count = THREADS;
	if (file->format->oformat->flags & AVFMT_GLOBALHEADER) {
		context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	}
	if (file->request->live) {
		context->gop_size = (int)(av_q2d(context->framerate) * FRAGMENT_S) + 1;
	}
	av_opt_set(context->priv_data, "preset", "veryfast", 0);
	av_opt_set(context->priv_data, "crf", "18", 0);
	return avcodec_open2(context, codec, NULL);
}

static int open_stream(file_t *file)
{
	file->stream = avformat_new_stream(file->format, NULL);
	if (file->stream == NULL) {
		return AVERROR(ENOMEM);
	}
	file->stream->time_base = file->codec->time_base;
	file->stream->avg_frame_rate = file->codec->framerate;
	return avcodec_parameters_from_context(file->stream->codecpar, file->codec);
}

static int write_header(file_t *file)
{
	AVDictionary *options = NULL;
	int status = avio_open(&file->format->pb, file->format->url, AVIO_FLAG_WRITE);

	if (status < 0) {
		return status;
	}
	/* The index goes to the front, so that a browser plays the file while it loads. A live
	 * file may end at any moment, so it gets its index in fragments. */
	av_dict_set(&options, "movflags",
		file->request->live ? "+frag_keyframe+empty_moov+default_base_moof" : "+faststart",
		0);
	if (file->request->live) {
		file->format->flags |= AVFMT_FLAG_FLUSH_PACKETS;
	}
	status = avformat_write_header(file->format, &options);
	av_dict_free(&options);
	file->begun = status >= 0;
	return status;
}

static int open_buffers(file_t *file)
{
	file->packet = av_packet_alloc();
	file->frame = av_frame_alloc();
	if (file->packet == NULL || file->frame == NULL) {
		return AVERROR(ENOMEM);
	}
	file->frame->format = AV_PIX_FMT_YUV420P;
	file->frame->width = file->request->w;
	file->frame->height = file->request->h;
	return av_frame_get_buffer(file->frame, 0);
}

static ef_sink_result_t file_open(void **self, const ef_sink_request_t *request)
{
	const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
	file_t *file = ef_memory_new(sizeof(*file));
	char *url;
	int status;

	*self = file;
	file->request = request;
	ef_new_file(request, file->path, sizeof(file->path));
	file->last_pts = -1;
	file->step = av_rescale(CLOCK, request->rate.den, request->rate.num);
	av_log_set_level(AV_LOG_QUIET); /* fail () says what is wrong */
	if (codec == NULL) {
		zsys_error("cannot write %s: this FFmpeg has no libx264; write a .y4m file",
			request->name);
		return EF_SINK_FAILED;
	}
	/* Otherwise libavformat takes the text before a colon for a protocol. */
	url = ef_memory_print("file:%s", file->path);
	status = avformat_alloc_output_context2(&file->format, NULL, NULL, url);
	free(url);
	if (status >= 0 && avformat_query_codec(file->format->oformat, AV_CODEC_ID_H264,
				   FF_COMPLIANCE_NORMAL) == 0) {
		zsys_error("cannot write %s: that type of file cannot hold H.264; use .mp4, "
			   ".mkv, .mov or .y4m",
			request->name);
		return EF_SINK_FAILED;
	}
	status = status >= 0 ? open_codec(file, codec) : status;
	status = status >= 0 ? open_stream(file) : status;
	status = status >= 0 ? open_buffers(file) : status;
	status = status >= 0 ? write_header(file) : status;
	return status >= 0 ? EF_SINK_OK : fail(file, "create", status);
}

/* The last picture lasts until the source's end. */
static int64_t length_of(const file_t *file, int64_t pts)
{
	return pts == file->last_pts && file->end > pts ? file->end - pts : file->step;
}

/* Writes what the encoder has ready. */
static int drain(file_t *file)
{
	for (;;) {
		int status = avcodec_receive_packet(file->codec, file->packet);

		if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) {
			return 0;
		}
		if (status < 0) {
			return status;
		}
		/* Only that of the last packet counts: the others end where the next one begins. */
		file->packet->duration = length_of(file, file->packet->pts);
		file->packet->stream_index = file->stream->index;
		av_packet_rescale_ts(file->packet, file->codec->time_base, file->stream->time_base);
		status = av_write_frame(file->format, file->packet);
		av_packet_unref(file->packet);
		if (status < 0) {
			return status;
		}
		/* Report a full disk at once rather than one buffer later. */
		if (file->format->pb->error < 0) {
			return file->format->pb->error;
		}
	}
}

static ef_sink_result_t file_write(void *self, const ef_image_t *image, int64_t pts_ns)
{
	file_t *file = self;
	int half = image->w / 2 * (image->h / 2);
	const uint8_t *y = image->data, *u = y + image->w * image->h;
	const uint8_t *planes[4] = {y, u, u + half, NULL};
	const int strides[4] = {image->w, image->w / 2, image->w / 2, 0};
	int64_t pts = av_rescale(pts_ns, CLOCK, 1000000000);
	int status = av_frame_make_writable(file->frame);

	if (status < 0) {
		return fail(file, "encode", status);
	}
	av_image_copy(file->frame->data, file->frame->linesize, (const uint8_t **)planes, strides,
		AV_PIX_FMT_YUV420P, image->w, image->h);
	file->frame->pts = pts > file->last_pts ? pts : file->last_pts + 1;
	file->last_pts = file->frame->pts;
	status = avcodec_send_frame(file->codec, file->frame);
	if (status < 0) {
		return fail(file, "encode", status);
	}
	status = drain(file);
	return status < 0 ? fail(file, "write", status) : EF_SINK_OK;
}

/* Writes what the encoder still holds, and the index. */
static int finish(file_t *file)
{
	int status = avcodec_send_frame(file->codec, NULL);

	status = status >= 0 ? drain(file) : status;
	return status >= 0 ? av_write_trailer(file->format) : status;
}

static ef_sink_result_t file_close(void *self)
{
	file_t *file = self;
	ef_sink_result_t result = EF_SINK_OK;
	int status;

	if (file->begun && !file->failed) {
		status = finish(file);
		result = status < 0 ? fail(file, "finish", status) : EF_SINK_OK;
	}
	if (file->format != NULL) {
		if (file->format->pb != NULL) {
			avio_flush(file->format->pb);
			status = file->format->pb->error;
			result = status < 0 ? fail(file, "finish", status) : result;
		}
		status = avio_closep(&file->format->pb);
		if (status < 0 && !file->failed) {
			result = fail(file, "finish", status);
		}
	}
	av_frame_free(&file->frame);
	av_packet_free(&file->packet);
	avcodec_free_context(&file->codec);
	avformat_free_context(file->format);
	free(file);
	return result;
}

static void file_end(void *self, int64_t end_ns)
{
	file_t *file = self;

	file->end = av_rescale(end_ns, CLOCK, 1000000000);
}

const ef_sink_output_t ef_sink_file = {
	EF_SINK_STAMPED, file_open, file_write, NULL, file_close, file_end};
