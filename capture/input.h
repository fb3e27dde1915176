/* Where pictures come from, chosen by name at run time. Another input is one more file that
 * defines an ef_capture_input_t, and one more line in input.c. */
#ifndef EF_CAPTURE_INPUT_H
#define EF_CAPTURE_INPUT_H

#include "proto/wire/image.h"
#include "proto/stage/options.h"

typedef struct {
	const char *name; /* "/dev/video0", "camera:C920", "-", "clip.mp4" */
	ef_size_t size; /* a camera's, or of raw pictures on stdin; 0 x 0: any */
	ef_rate_t rate; /* likewise; 0 / 1: any */
	uint32_t fourcc; /* likewise; 0: any */
	const struct ef_controls
		*controls; /* a camera's, v4l2_controls.h; none: left as they are */
	int loop; /* start again at the end */
	int hurry; /* decode on all cores: nothing else waits for them */
} ef_capture_request_t;

typedef struct {
	ef_image_t image; /* valid until the next read */
	int64_t media_ns; /* since the first picture, increasing; inputs that are not live */
	int64_t length_ns; /* how long it is shown; likewise */
	int64_t began_ns; /* CLOCK_MONOTONIC: when it was taken, or when reading it began */
	int skipped; /* older ones discarded, or broken ones, since the last picture */
} ef_capture_picture_t;

typedef enum {
	EF_CAPTURE_PICTURE,
	EF_CAPTURE_NOTHING, /* none in 100 ms; ask again */
	EF_CAPTURE_END, /* the input has ended */
	EF_CAPTURE_BROKEN, /* so has it, but not all of it could be read; logged */
	EF_CAPTURE_FAILED, /* so has it, before its first picture; logged */
} ef_capture_result_t;

typedef struct {
	int live; /* pictures come when they are taken; else as fast as they are read */

	/* NULL after logging why. The request is borrowed until close. */
	void *(*open)(const ef_capture_request_t *request);
	ef_capture_result_t (*read)(void *self, ef_capture_picture_t *picture);
	const char *(*note)(const void *self); /* what it is doing, in static words */
	void (*close)(void *self);
} ef_capture_input_t;

/* The input for that name; never NULL, since what is no camera is taken for a file. */
const ef_capture_input_t *ef_capture_input_find(const char *name);

extern const ef_capture_input_t ef_capture_v4l2; /* input_v4l2.c: a camera */
extern const ef_capture_input_t ef_capture_file; /* input_file.c: a video file, or stdin */

#endif
