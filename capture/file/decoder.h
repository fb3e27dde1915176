/* Decodes the pictures of a video file or of standard input, with libavformat and libavcodec. */
#ifndef EF_CAPTURE_DECODER_H
#define EF_CAPTURE_DECODER_H

#include <libavutil/frame.h>

#include "capture/input.h"

typedef struct ef_decoder ef_decoder_t;

/* Counts of damaged pictures. */
typedef struct {
	int lost; /* could not be decoded */
	int patched; /* decoded, but with errors that the decoder concealed */
} ef_damage_t;

/* Returns NULL after logging what cannot be read and why. The request is borrowed for the call. */
ef_decoder_t *ef_decoder_new(const ef_capture_request_t *request);
void ef_decoder_destroy(ef_decoder_t **decoder);

/* Waits up to 100 ms for data on standard input and returns whether there is any; a file is always
 * ready. */
int ef_decoder_ready(const ef_decoder_t *decoder);

/* Sets *frame to the next picture, valid until the next call. Returns 1, or 0 at the end;
 * ef_decoder_why () then says whether that was the regular one. */
int ef_decoder_read(ef_decoder_t *decoder, const AVFrame **frame);

/* The time of a picture in ns of its stream's clock, or INT64_MIN when it has none. */
int64_t ef_decoder_time_ns(const ef_decoder_t *decoder, const AVFrame *frame);

/* The duration of one picture by the stream's rate, ns. */
int64_t ef_decoder_frame_ns(const ef_decoder_t *decoder);

/* The duration of that picture, ns; by the stream's rate where the picture has none. */
int64_t ef_decoder_length_ns(const ef_decoder_t *decoder, const AVFrame *frame);

/* A constant rate at which every picture of the stream can be shown at its time, 0.01 to 240 per
 * second. */
ef_rate_t ef_decoder_steady_rate(const ef_decoder_t *decoder);

/* The number of pictures by the header; 0 where the header does not say. */
int64_t ef_decoder_pictures(const ef_decoder_t *decoder);

/* Degrees clockwise by which the picture has to be turned: 0, 90, 180 or 270. Phones store upright
 * videos turned by 90 degrees, with a display matrix. */
int ef_decoder_rotation(const ef_decoder_t *decoder);

/* The damaged pictures since the last call. */
ef_damage_t ef_decoder_damage(ef_decoder_t *decoder);

/* Why the stream ended early, or NULL when it ended regularly. */
const char *ef_decoder_why(const ef_decoder_t *decoder);

/* "h264 640x480, 30.00 fps", for the log. */
void ef_decoder_describe(const ef_decoder_t *decoder, char *text, size_t size);

#endif
