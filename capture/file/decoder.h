/* The pictures of a video file or of standard input, by libavformat and libavcodec. */
#ifndef EF_CAPTURE_DECODER_H
#define EF_CAPTURE_DECODER_H

#include <libavutil/frame.h>

#include "capture/input.h"

typedef struct ef_decoder ef_decoder_t;

/* Pictures of a damaged stream. */
typedef struct {
	int lost; /* could not be decoded */
	int patched; /* are partly made up by the decoder */
} ef_damage_t;

/* NULL after logging what cannot be read and why. The request is borrowed. */
ef_decoder_t *ef_decoder_new(const ef_capture_request_t *request);
void ef_decoder_destroy(ef_decoder_t **decoder);

/* False when standard input has had nothing for 100 ms; a file is always ready. */
int ef_decoder_ready(const ef_decoder_t *decoder);

/* The next picture, valid until the next call. Returns 1, or 0 at the end, which ef_decoder_why ()
 * explains when it is not the regular one. */
int ef_decoder_read(ef_decoder_t *decoder, const AVFrame **frame);

/* The time of a picture in ns of its stream's clock, or INT64_MIN when it has none. */
int64_t ef_decoder_time_ns(const ef_decoder_t *decoder, const AVFrame *frame);

/* How long one picture lasts by the stream's rate, ns. */
int64_t ef_decoder_frame_ns(const ef_decoder_t *decoder);

/* How long that picture is shown, ns; the stream's rate stands in where it does not say. */
int64_t ef_decoder_length_ns(const ef_decoder_t *decoder, const AVFrame *frame);

/* The rate at which all pictures of the stream can be shown at their times, 0.01 to 240. */
ef_rate_t ef_decoder_steady_rate(const ef_decoder_t *decoder);

/* How many pictures there are by the header; 0 where that does not tell. */
int64_t ef_decoder_pictures(const ef_decoder_t *decoder);

/* Degrees clockwise by which the picture has to be turned: 0, 90, 180 or 270. Phones store
 * upright videos lying, with a note. */
int ef_decoder_rotation(const ef_decoder_t *decoder);

/* What was damaged since the last call. */
ef_damage_t ef_decoder_damage(ef_decoder_t *decoder);

/* Why the stream broke off, or NULL when it came to its end. */
const char *ef_decoder_why(const ef_decoder_t *decoder);

/* "h264 640x480, 30.00 fps", for the log. */
void ef_decoder_describe(const ef_decoder_t *decoder, char *text, size_t size);

#endif
