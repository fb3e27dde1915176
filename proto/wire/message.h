/* The messages of the wire (proto/SPEC.md) as structs, and their encoding.
 *
 * Decoding never asserts and never trusts a declared length: any bytes from a peer are either a
 * complete valid message, or an error with a reason. */
#ifndef EF_MESSAGE_H
#define EF_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "proto/wire/arkit.h"
#include "proto/wire/image.h"

#define EF_WIRE_VERSION 1
#define EF_MESSAGE_MAX ((size_t)64 << 20) /* bytes of one message */
#define EF_SMALL_MESSAGE_MAX ((size_t)64 << 10) /* bytes of one without an image */
#define EF_TRACE_MAX 16 /* hops; a message with more is malformed */
#define EF_NAME_MAX 31 /* bytes of a stage's or host's name */
#define EF_TIME_MAX ((int64_t)1 << 60) /* ns: 36 years. Decoded times are clamped to it */
#define EF_SEQ_MAX ((uint64_t)INT64_MAX) /* decoded seq is clamped to it */
#define EF_LANDMARKS 68 /* iBUG 300-W order */

typedef enum {
	EF_FRAME, /* an image of the webcam */
	EF_RENDER, /* an image rendered by Blender */
	EF_FACE, /* landmarks */
	EF_EXPRESSION, /* coefficients and head pose */
	EF_END, /* the source has ended; no message follows */
	EF_CONTROL, /* from the sink to the source: how many programs read the virtual camera */
	EF_RECEIPT, /* from a reader to its sender: how many messages it has read */
} ef_kind_t;

#define EF_KINDS (EF_RECEIPT + 1)

typedef enum { EF_TRACKED, EF_HELD, EF_LOST } ef_state_t;

/* One stage that the message has passed. */
typedef struct {
	char stage[EF_NAME_MAX + 1];
	char host[EF_NAME_MAX + 1];
	int64_t in_ns, out_ns; /* CLOCK_MONOTONIC of that host */
} ef_hop_t;

typedef struct {
	ef_kind_t kind;
	uint64_t seq; /* set by capture, kept by all later stages */
	int64_t t; /* ns: capture time by the clock of src; media time of a file read unpaced */
	char src[EF_NAME_MAX + 1];
	size_t hops;
	ef_hop_t trace[EF_TRACE_MAX];
} ef_head_t;

/* What the tracker reads in the pixels about the eyes and the mouth. Left, then right: the
 * subject's own. */
typedef struct {
	float lids[2]; /* how far they are closed, 0..1 */
	/* Where each eye looks relative to the head: radians to the subject's left, and up. */
	float gaze[4];
	/* How high each brow stands above the corners of its eye, and how much higher its inner end
	 * is than its outer one, in distances between the outer corners of the eyes. */
	float brows[4];
	float mouth[2]; /* between the inner lips, in the same distances; share of the teeth seen */
	float sure[3]; /* of the left and the right eye's gaze, and of the mouth: 0..1 */
} ef_reading_t;

typedef struct {
	int w, h; /* pixels of the frame seen */
	ef_state_t state; /* EF_TRACKED or EF_LOST */
	int n; /* faces seen */
	int who; /* another number is another person; only when tracked */
	float box[4]; /* x, y, w, h in pixels; only when tracked */
	float score; /* detector's confidence; only when tracked */
	float pts[2 * EF_LANDMARKS]; /* x0, y0, x1, ... in pixels; only when tracked */
	int is_read; /* there is a reading; only when tracked */
	ef_reading_t read;
	int is_pitched; /* there is a pitch; only when tracked */
	/* How far the head nods away from the line to the webcam, as its pixels show it, radians; see
	 * ef_rotation_angles (). */
	float pitch;
} ef_face_t;

typedef struct {
	ef_state_t state;
	uint64_t known; /* bit c set: coeff[c] was measured */
	float coeff[EF_COEFF_COUNT]; /* 0..1 */
	int is_sure; /* there is a certainty of each known coefficient */
	float sure[EF_COEFF_COUNT]; /* how certain each of them is, 0..1: see SPEC.md */
	/* Head pose relative to rest (facing the webcam). Axes: x to the image's right (the
	 * subject's left), y up, z towards the webcam; right-handed. */
	float q[4]; /* unit quaternion x, y, z, w */
	float t[3]; /* in widths of the head */
	float idle; /* share of the character's own motion, 0..1: 0 while a face drives it */
} ef_expression_t;

/* head.seq is that of the last message read. */
typedef struct {
	uint64_t taken; /* messages read since the reader began */
	int ended; /* 1: the last one was an EF_END */
} ef_receipt_t;

typedef struct {
	ef_head_t head;
	union {
		ef_image_t image; /* EF_FRAME, EF_RENDER */
		ef_face_t face;
		ef_expression_t expression;
		int demand; /* EF_CONTROL: programs that read the virtual camera */
		ef_receipt_t receipt;
	};
} ef_message_t;

/* "frame" for EF_FRAME, and so on. */
const char *ef_kind_name(ef_kind_t kind);

/* Bytes of the largest message of that kind. */
size_t ef_kind_max(ef_kind_t kind);

const char *ef_state_name(ef_state_t state);

/* The value of a measured coefficient, else 0. */
float ef_expression_get(const ef_expression_t *expression, ef_coeff_t coefficient);

/* Sets a coefficient, clamped to 0..1, and marks it measured. */
void ef_expression_set(ef_expression_t *expression, ef_coeff_t coefficient, float value);

/* Appends a stage's trace entry: its name, this host, in_ns, and out_ns = in_ns until
 * ef_head_leave. A full trace stays unchanged. */
void ef_head_enter(ef_head_t *head, const char *stage, int64_t in_ns);
void ef_head_leave(ef_head_t *head, int64_t out_ns);

/* Nanoseconds from capture's entry in the trace to now_ns, or -1 when capture ran on another host,
 * whose clock cannot be compared. */
int64_t ef_head_age(const ef_head_t *head, int64_t now_ns);

/* Encodes to one msgpack map. Returns a malloc()ed block that the caller owns, and its length in
 * *size; NULL when out of memory. */
uint8_t *ef_message_encode(const ef_message_t *message, size_t *size);

/* Decodes size bytes. Pixels are not copied: message->image.data points into data. Returns 0; -1
 * with the reason, a static string, in *why, and an undefined message. */
int ef_message_decode(ef_message_t *message, const uint8_t *data, size_t size, const char **why);

#endif
