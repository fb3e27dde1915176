#include "capture/file/decoder.h"

#include <czmq.h>

#include "capture/file/av_input.h"
#include "capture/file/stdin.h"
#include "capture/file/stream_end.h"
#include "capture/file/stream_facts.h"
#include "proto/base/memory.h"

#define WAIT_MS 100

struct ef_decoder {
	ef_av_input_t input;
	AVPacket *packet;
	AVFrame *frame;
	ef_stream_end_t end;
	ef_damage_t damage; /* since the last call of ef_decoder_damage () */
	int ended;
	char why[256]; /* the stream ended early; empty: it ended regularly */
};

ef_decoder_t *ef_decoder_new(const ef_capture_request_t *request)
{
	ef_decoder_t *decoder = ef_memory_new(sizeof(*decoder));

	ef_stream_end_init(&decoder->end);
	if (ef_av_input_open(&decoder->input, request) == -1) {
		ef_decoder_destroy(&decoder);
		return NULL;
	}
	decoder->packet = av_packet_alloc();
	decoder->frame = av_frame_alloc();
	if (decoder->packet == NULL || decoder->frame == NULL) {
		zsys_error("cannot read %s: out of memory", request->name);
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
		ef_av_input_close(&decoder->input);
		free(decoder);
		*decoder_p = NULL;
	}
}

/* Called at the end of the stream: sets why when that was not the regular end. */
static void note_end(ef_decoder_t *decoder, int status)
{
	decoder->ended = 1;
	if (status == AVERROR_EXIT) {
		return;
	}
	if (status != AVERROR_EOF) {
		av_strerror(status, decoder->why, sizeof(decoder->why));
		return;
	}
	ef_stream_end_explain(&decoder->end, decoder->input.format, decoder->input.stream,
		decoder->why, sizeof(decoder->why));
}

/* Sends the next packet to the decoder, or at the end tells it to flush. */
static void feed(ef_decoder_t *decoder)
{
	int status = av_read_frame(decoder->input.format, decoder->packet);

	if (status < 0) {
		if (!decoder->ended) {
			note_end(decoder, status);
		}
		avcodec_send_packet(decoder->input.codec, NULL);
		return;
	}
	if (decoder->packet->stream_index == decoder->input.stream->index) {
		/* The packet before was cut short in the middle of the stream. note_end ()
		 * counts the last one. */
		decoder->damage.patched += decoder->end.cut_packet;
	}
	ef_stream_end_note(
		&decoder->end, decoder->input.format, decoder->input.stream, decoder->packet);
	if (decoder->packet->stream_index == decoder->input.stream->index) {
		status = avcodec_send_packet(decoder->input.codec, decoder->packet);
		decoder->damage.lost += status < 0 && status != AVERROR(EAGAIN);
	}
	av_packet_unref(decoder->packet);
}

int ef_decoder_ready(const ef_decoder_t *decoder)
{
	return decoder->input.in == NULL || ef_stdin_ready(decoder->input.in, WAIT_MS);
}

int ef_decoder_read(ef_decoder_t *decoder, const AVFrame **frame)
{
	for (;;) {
		int status = avcodec_receive_frame(decoder->input.codec, decoder->frame);

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
	return av_rescale_q(frame->best_effort_timestamp, decoder->input.stream->time_base,
		(AVRational){1, 1000000000});
}

int64_t ef_decoder_frame_ns(const ef_decoder_t *decoder)
{
	AVRational rate = ef_stream_rate(decoder->input.stream);

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
		av_rescale_q(length, decoder->input.stream->time_base, (AVRational){1, 1000000000});

	return length > 0 && length_ns > 0 ? length_ns : ef_decoder_frame_ns(decoder);
}

ef_rate_t ef_decoder_steady_rate(const ef_decoder_t *decoder)
{
	return ef_stream_steady_rate(decoder->input.stream);
}

int64_t ef_decoder_pictures(const ef_decoder_t *decoder)
{
	return ef_stream_pictures(decoder->input.format, decoder->input.stream);
}

int ef_decoder_rotation(const ef_decoder_t *decoder)
{
	return ef_stream_rotation(decoder->input.stream);
}

ef_damage_t ef_decoder_damage(ef_decoder_t *decoder)
{
	ef_damage_t damage = decoder->damage;

	decoder->damage = (ef_damage_t){0};
	return damage;
}

const char *ef_decoder_why(const ef_decoder_t *decoder)
{
	return decoder->why[0] != '\0' ? decoder->why : decoder->input.refused;
}

void ef_decoder_describe(const ef_decoder_t *decoder, char *text, size_t size)
{
	snprintf(text, size, "%s %dx%d, %.2f fps", avcodec_get_name(decoder->input.codec->codec_id),
		decoder->input.codec->width, decoder->input.codec->height,
		av_q2d(ef_stream_rate(decoder->input.stream)));
}
