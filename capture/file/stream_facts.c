#include "capture/file/stream_facts.h"

#include <libavcodec/avcodec.h>
#include <libavutil/display.h>
#include <math.h>

#define RATE_MAX 1000 /* pictures a second; a higher number is the rate of a clock */

AVRational ef_stream_rate(const AVStream *stream)
{
	AVRational rate = stream->avg_frame_rate;

	if (rate.num <= 0 || rate.den <= 0) {
		rate = stream->r_frame_rate;
	}
	if (rate.num <= 0 || rate.den <= 0) {
		/* Raw pictures: one tick each. */
		rate = av_inv_q(stream->time_base);
	}
	if (rate.num <= 0 || rate.den <= 0 || av_q2d(rate) > RATE_MAX) {
		rate = (AVRational){30, 1};
	}
	return rate;
}

/* A rate that effigy-sink --fps accepts. */
static int is_usable(AVRational rate)
{
	return rate.num > 0 && rate.den > 0 && av_q2d(rate) >= 0.01 && av_q2d(rate) <= 240;
}

ef_rate_t ef_stream_steady_rate(const AVStream *stream)
{
	AVRational rate = stream->r_frame_rate;
	AVRational mean = stream->avg_frame_rate;

	if (!is_usable(rate)) {
		/* It is the rate of the container's clock: the times of the pictures vary. */
		rate = is_usable(mean) && av_q2d(mean) > 30 ? (AVRational){60, 1}
							    : (AVRational){30, 1};
	}
	return (ef_rate_t){rate.num, rate.den};
}

int64_t ef_stream_pictures(const AVFormatContext *format, const AVStream *stream)
{
	double rate = av_q2d(ef_stream_rate(stream));

	if (stream->nb_frames > 0) {
		return stream->nb_frames;
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

int ef_stream_rotation(const AVStream *stream)
{
	const uint8_t *matrix = display_matrix(stream);
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
