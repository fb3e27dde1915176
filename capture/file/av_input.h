/* Opens a video file or standard input with libavformat, and a decoder for its video. */
#ifndef EF_CAPTURE_AV_INPUT_H
#define EF_CAPTURE_AV_INPUT_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "capture/input.h"

typedef struct {
	AVIOContext *in; /* standard input, or NULL */
	AVFormatContext *format;
	AVStream *stream; /* the video, within format */
	AVCodecContext *codec; /* its decoder */
	const char *refused; /* why a picture was not decoded, or NULL */
} ef_av_input_t;

/* Opens what the request names; *input must stay where it is until the close. Returns 0, or -1
 * after logging what cannot be read and why. */
int ef_av_input_open(ef_av_input_t *input, const ef_capture_request_t *request);
void ef_av_input_close(ef_av_input_t *input);

#endif
