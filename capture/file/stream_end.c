#include "capture/file/stream_end.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CUT_SHORT_S 0.5 /* above the error of a rounded header, and above one picture */

void ef_stream_end_init(ef_stream_end_t *end)
{
	*end = (ef_stream_end_t){.reached = -1, .last_us = INT64_MIN};
}

void ef_stream_end_note(ef_stream_end_t *end, const AVFormatContext *format, const AVStream *stream,
	const AVPacket *packet)
{
	const AVStream *own = format->streams[packet->stream_index];
	int64_t begin = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

	if (begin != AV_NOPTS_VALUE) {
		int64_t end_us = av_rescale_q(
			av_sat_add64(begin, packet->duration), own->time_base, AV_TIME_BASE_Q);

		end->last_us = end_us > end->last_us ? end_us : end->last_us;
	}
	if (own == stream) {
		end->packets++;
		end->reached = packet->pos == -1 ? -1 : packet->pos + packet->size;
		end->cut_packet = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
	}
}

/* By how many seconds the file, sound included, is shorter than its header says; 0: not known. */
static double missing_s(const ef_stream_end_t *end, const AVFormatContext *format)
{
	int64_t start_us = format->start_time == AV_NOPTS_VALUE ? 0 : format->start_time;

	if (format->duration_estimation_method != AVFMT_DURATION_FROM_STREAM ||
		format->duration <= 0 || end->last_us == INT64_MIN) {
		return 0;
	}
	return ((double)format->duration - ((double)end->last_us - (double)start_us)) /
	       AV_TIME_BASE;
}

/* By how many pictures the file is shorter than its index. Only the MP4 demuxer has an exact
 * one. */
static int64_t missing_pictures(
	const ef_stream_end_t *end, const AVFormatContext *format, const AVStream *stream)
{
	if (strstr(format->iformat->name, "mp4") == NULL) {
		return 0;
	}
	return avformat_index_get_entries_count(stream) - end->packets;
}

/* FFmpeg's Y4M demuxer reports a picture cut short as the regular end. */
static int ends_within_picture(const ef_stream_end_t *end, const AVFormatContext *format)
{
	return strcmp(format->iformat->name, "yuv4mpegpipe") == 0 && format->pb != NULL &&
	       end->reached != -1 && avio_tell(format->pb) > end->reached;
}

void ef_stream_end_explain(const ef_stream_end_t *end, const AVFormatContext *format,
	const AVStream *stream, char *why, size_t size)
{
	if (end->cut_packet || ends_within_picture(end, format)) {
		snprintf(why, size, "it ends in the middle of a picture");
	} else if (missing_pictures(end, format, stream) > 0) {
		snprintf(why, size, "its index lists %" PRId64 " more, which are not in the file",
			missing_pictures(end, format, stream));
	} else if (missing_s(end, format) > CUT_SHORT_S) {
		snprintf(
			why, size, "it ends %.1f s before its header says", missing_s(end, format));
	}
}
