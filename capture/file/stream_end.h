/* Detects a file that ends before its header or its index says. */
#ifndef EF_CAPTURE_STREAM_END_H
#define EF_CAPTURE_STREAM_END_H

#include <libavformat/avformat.h>

typedef struct {
	int64_t packets; /* of the video, read so far */
	int64_t reached; /* where its last packet ends in the file, bytes; -1: not known */
	int64_t last_us; /* the latest end of a packet, of sound too, AV_TIME_BASE */
	int cut_packet; /* the last one is not complete */
} ef_stream_end_t;

void ef_stream_end_init(ef_stream_end_t *end);

/* Notes where in the file, and at what time, a packet ends. stream: the video. */
void ef_stream_end_note(ef_stream_end_t *end, const AVFormatContext *format, const AVStream *stream,
	const AVPacket *packet);

/* Called when the file has ended: writes to why what is missing, and leaves it as it is when
 * nothing is. */
void ef_stream_end_explain(const ef_stream_end_t *end, const AVFormatContext *format,
	const AVStream *stream, char *why, size_t size);

#endif
