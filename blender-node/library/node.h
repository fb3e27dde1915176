/* The part of the stage inside Blender that receives and sends, for Python's ctypes (wire.py mirrors
 * the structs).
 *
 * 1. One handle, used from one thread. Every pointer is borrowed for the call, except argv.
 * 2. Plain C types only; units and shapes are written beside them.
 * 3. Functions that can fail return -1, or NULL, after logging why.
 * 4. Waiting ends early on SIGINT or SIGTERM, which ef_node_new catches. */
#ifndef EF_NODE_H
#define EF_NODE_H

#include <stdint.h>

#include "proto/picture/area.h"
#include "proto/wire/arkit.h"

typedef struct ef_node ef_node_t;

typedef struct {
	const char *avatar; /* path as given, or NULL */
	const char *map; /* or NULL */
	int32_t renderer; /* ef_renderer_t */
	int32_t shading; /* 0 material, 1 rendered, 2 solid */
	int32_t w, h; /* pixels at full scale */
	int32_t all; /* 1: policy all; 0: policy latest */
	int32_t effects; /* 0: hide the collection Effects */
} ef_node_settings_t;

typedef struct {
	uint64_t seq;
	int64_t t; /* ns, clock of the source */
	uint64_t known; /* bit c set: coeff[c] was measured */
	int32_t state; /* 0 tracked, 1 held, 2 lost */
	float coeff[EF_COEFF_COUNT]; /* 0..1, the order of ef_coeff_t; 0 when not measured */
	float q[4]; /* unit quaternion x, y, z, w: rotation of the head; identity faces the webcam */
	float offset[3]; /* widths of the head. Axes: image right, up, towards the webcam */
	float idle; /* share of idle motion, 0..1 */
} ef_node_expression_t;

/* Describes the k-th field of the structs above as "ef_node_settings_t.map 8 8": its offset and size in
 * bytes; after the last field of a struct, the struct and its size; NULL after the last. Code that mirrors
 * the structs compares this before any other call. The text is valid until the next call. */
const char *ef_node_layout(int k);

/* Parses the stage's command line (argv[0] is a program name), sets up the log and signals, and
 * fills settings, whose texts live as long as argv and the node. argv must outlive the node. Returns
 * NULL after logging one line. */
ef_node_t *ef_node_new(int argc, char **argv, ef_node_settings_t *settings);

/* Closes the links, removes their socket files and frees. The last call: the log closes too. */
void ef_node_destroy(ef_node_t **node);

/* Opens the links; from now on expressions arrive. Returns 0 or -1. */
int ef_node_open(ef_node_t *node);

/* Waits up to timeout_ms for an expression: the newest under policy latest, the next under policy
 * all. Returns 1 with *expression; 0 after the timeout; -1 when the stage must exit: on a signal,
 * or under policy all at the end of the source, which has then been forwarded. */
int ef_node_receive(ef_node_t *node, int timeout_ms, ef_node_expression_t *expression);

/* Makes the next ef_node_send send an image that belongs to no expression: seq 0, time now. */
void ef_node_rest(ef_node_t *node);

/* Pixels to render next: at most the settings' size. */
void ef_node_size(const ef_node_t *node, int32_t *w, int32_t *h);

/* Sends an image of w x h pixels, at most the settings' size, as the render of the last received expression (or
 * of ef_node_rest). rgba: the area that differs from the image sent last, 4 * changed->w * changed->h bytes R, G,
 * B, A, bottom row first; the whole of the first image, and of one of another size. The stage's latency is the
 * time from that receipt to this call. Returns 0; -1 after logging why, or on a signal. */
int ef_node_send(
	ef_node_t *node, const uint8_t *rgba, const ef_area_t *changed, int32_t w, int32_t h);

/* Call it once the links are open: names the character in the statistics, and keeps its loading time
 * out of the choice of scale. */
void ef_node_shows(ef_node_t *node, const char *character);

/* The exit status after ef_node_receive has returned -1: 0, or 1 after an error. */
int ef_node_status(const ef_node_t *node);

/* The k-th coefficient's name, "eyeBlinkLeft" for 0; NULL after the last. */
const char *ef_node_coeff_name(int k);

/* Writes a line to the stage's log: level 0 information, 1 warning, 2 error. */
void ef_node_log(int level, const char *text);

#endif
