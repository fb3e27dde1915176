/* Rate, number and rotation of a stream's pictures. */
#ifndef EF_CAPTURE_STREAM_FACTS_H
#define EF_CAPTURE_STREAM_FACTS_H

#include <libavformat/avformat.h>

#include "proto/stage/options.h"

/* Pictures a second, on the average; 30 where the stream does not say. */
AVRational ef_stream_rate(const AVStream *stream);

/* A constant rate at which every picture of the stream can be shown at its time, 0.01 to 240 per
 * second. */
ef_rate_t ef_stream_steady_rate(const AVStream *stream);

/* The number of pictures by the header; 0 where the header does not say. */
int64_t ef_stream_pictures(const AVFormatContext *format, const AVStream *stream);

/* Degrees clockwise by which the pictures have to be turned: 0, 90, 180 or 270. Phones store
 * upright videos turned by 90 degrees, with a display matrix. */
int ef_stream_rotation(const AVStream *stream);

#endif
