/* Where the picture goes, chosen by name at run time. Another output is one more file that defines
 * an ef_sink_output_t, and one more line in output.c. */
#ifndef EF_SINK_OUTPUT_H
#define EF_SINK_OUTPUT_H

#include "proto/wire/image.h"
#include "proto/stage/options.h"

typedef struct {
	const char *name; /* "/dev/video9", "-", "out.mp4" */
	int w, h; /* pixels, even */
	ef_rate_t rate;
	uint32_t fourcc; /* a device's; 0: its default */
	int live; /* it goes on until told to stop: what returns EF_SINK_LATER is opened again each
		     second, a file that is there is kept, and one that is being written can be
		     played at any moment */
} ef_sink_request_t;

typedef enum {
	EF_SINK_OK = 0,
	EF_SINK_FAILED = -1, /* for good; logged */
	EF_SINK_LATER = -2, /* it may work when opened again; logged, rate-limited */
	EF_SINK_CLOSED = -3, /* nobody reads any more */
} ef_sink_result_t;

/* How an output keeps time when the writer was late. */
typedef enum {
	EF_SINK_NOW, /* a device shows what it is given, when it is given */
	EF_SINK_COUNTED, /* each picture is 1/rate long: what was missed has to be written */
	EF_SINK_STAMPED, /* so live; in a conversion each picture keeps its time */
} ef_sink_timing_t;

typedef struct {
	ef_sink_timing_t timing;

	/* Opens. *self is set, and close is due, whatever is returned. The request is borrowed
	 * until then. */
	ef_sink_result_t (*open)(void **self, const ef_sink_request_t *request);

	/* Writes one I420 picture of the request's size, whole. pts_ns is its time since the first
	 * one; an output of constant rate does without. */
	ef_sink_result_t (*write)(void *self, const ef_image_t *image, int64_t pts_ns);

	/* How many programs look at it now, of an open output; NULL: one that does not know, and is
	 * taken to be looked at. */
	int (*readers)(void *self);

	/* Finishes what has been written. */
	ef_sink_result_t (*close)(void *self);

	/* The last picture is over at that time since the first one; NULL where each is 1/rate. */
	void (*end)(void *self, int64_t end_ns);
} ef_sink_output_t;

/* The output for that name, or NULL after logging that there is none. */
const ef_sink_output_t *ef_sink_output_find(const char *name);

extern const ef_sink_output_t ef_sink_v4l2; /* output_v4l2.c: a v4l2loopback device */
extern const ef_sink_output_t ef_sink_y4m; /* output_y4m.c: a Y4M file, or stdout */
extern const ef_sink_output_t ef_sink_file; /* output_file.c: H.264 in a file */

#endif
