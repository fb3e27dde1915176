/* Output back ends of the sink, chosen by name at run time. A new output is a file that defines an
 * ef_sink_output_t, and a line in output.c. */
#ifndef EF_SINK_OUTPUT_H
#define EF_SINK_OUTPUT_H

#include "proto/stage/options.h"
#include "proto/wire/image.h"

typedef struct {
	const char *name; /* "/dev/video9", "-", "out.mp4" */
	int w, h; /* pixels, even */
	ef_rate_t rate;
	uint32_t fourcc; /* of a device; 0: YUYV */
	int live; /* runs until a signal: an output that returns EF_SINK_LATER is opened again each
		     second, an existing file is kept, and a file can be played while it is
		     written */
} ef_sink_request_t;

typedef enum {
	EF_SINK_OK = 0,
	EF_SINK_FAILED = -1, /* permanently; logged */
	EF_SINK_LATER = -2, /* opening it again may help; logged, rate-limited */
	EF_SINK_CLOSED = -3, /* the reader has closed it */
} ef_sink_result_t;

/* How an output keeps time when the writer was late. */
typedef enum {
	EF_SINK_NOW, /* a device: a picture is shown when it is written */
	EF_SINK_COUNTED, /* each picture lasts 1/rate: missed ones have to be made up for */
	EF_SINK_STAMPED, /* as COUNTED when live; in a conversion each picture has its time */
} ef_sink_timing_t;

typedef struct {
	ef_sink_timing_t timing;

	/* Opens. Sets *self, which has to be closed whatever is returned. The request is borrowed
	 * until then. */
	ef_sink_result_t (*open)(void **self, const ef_sink_request_t *request);

	/* Writes one I420 picture of the request's size. pts_ns is its time since the first one; an
	 * output of constant rate ignores it. */
	ef_sink_result_t (*write)(void *self, const ef_image_t *image, int64_t pts_ns);

	/* The number of programs that read an open output now; NULL: not known, and taken for 1. */
	int (*readers)(void *self);

	/* Completes what has been written, closes and frees. */
	ef_sink_result_t (*close)(void *self);

	/* Sets the end of the last picture, since the first one; NULL where each lasts 1/rate. */
	void (*end)(void *self, int64_t end_ns);
} ef_sink_output_t;

/* Returns the output for that name, or NULL after logging that there is none. */
const ef_sink_output_t *ef_sink_output_find(const char *name);

extern const ef_sink_output_t ef_sink_v4l2; /* output_v4l2.c: a virtual camera */
extern const ef_sink_output_t ef_sink_y4m; /* output_y4m.c: a Y4M file, or stdout */
extern const ef_sink_output_t ef_sink_file; /* output_file.c: H.264 in a file */

#endif
