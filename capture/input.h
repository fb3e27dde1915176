/* Input back ends of capture, chosen by name at run time. A new input is a file that defines an
 * ef_capture_input_t, and a line in input.c. */
#ifndef EF_CAPTURE_INPUT_H
#define EF_CAPTURE_INPUT_H

#include "proto/stage/options.h"
#include "proto/wire/image.h"

typedef struct {
	const char *name; /* "/dev/video0", "camera:C920", "-", "clip.mp4" */
	ef_size_t size; /* of a webcam, or of raw pictures on stdin; 0 x 0: any */
	ef_rate_t rate; /* likewise; 0 / 1: any */
	uint32_t fourcc; /* likewise; 0: any */
	const struct ef_controls *controls; /* of a webcam, v4l2_controls.h; NULL: unchanged */
	int loop; /* start again at the end */
	int hurry; /* decode on all cores */
} ef_capture_request_t;

typedef struct {
	ef_image_t image; /* valid until the next read */
	int64_t media_ns; /* since the first picture, increasing; inputs that are not live */
	int64_t length_ns; /* its duration; likewise */
	int64_t began_ns; /* CLOCK_MONOTONIC: when it was taken, or when reading it began */
	int skipped; /* older or broken pictures dropped since the last one */
} ef_capture_picture_t;

typedef enum {
	EF_CAPTURE_PICTURE,
	EF_CAPTURE_NOTHING, /* none in 100 ms; ask again */
	EF_CAPTURE_END, /* the input has ended */
	EF_CAPTURE_BROKEN, /* it has ended, and not all of it could be read; logged */
	EF_CAPTURE_FAILED, /* it has ended before its first picture; logged */
} ef_capture_result_t;

typedef struct {
	int live; /* pictures come in real time; else as fast as they are read */

	/* Returns NULL after logging why. The request is borrowed until close. */
	void *(*open)(const ef_capture_request_t *request);
	ef_capture_result_t (*read)(void *self, ef_capture_picture_t *picture);
	const char *(*note)(const void *self); /* its state for the statistics; static text */
	void (*close)(void *self);
} ef_capture_input_t;

/* Returns the input for that name; never NULL: a name that is not a device's is a file's. */
const ef_capture_input_t *ef_capture_input_find(const char *name);

extern const ef_capture_input_t ef_capture_v4l2; /* input_v4l2.c: a webcam */
extern const ef_capture_input_t ef_capture_file; /* input_file.c: a video file, or stdin */

#endif
