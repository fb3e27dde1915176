/* The stage inside Blender: its end of the wire, for Python's ctypes (wire.py mirrors the structs).
 *
 * 1. One handle, used from one thread. Every pointer is borrowed for the call, but for argv.
 * 2. Plain C types only; units and shapes are written beside them.
 * 3. Functions that can fail return -1, or NULL, after logging why.
 * 4. Waiting ends early on SIGINT or SIGTERM, which ef_node_new catches. */
#ifndef EF_NODE_H
#define EF_NODE_H

#include <stdint.h>

#include "proto/wire/arkit.h"

typedef struct ef_node ef_node_t;

typedef struct {
	const char *avatar; /* as given, or NULL */
	const char *map; /* or NULL */
	int32_t renderer; /* ef_renderer_t */
	int32_t shading; /* 0 material, 1 rendered, 2 solid */
	int32_t samples; /* of view3d */
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
	float q[4]; /* unit quaternion x, y, z, w: the head against facing the camera */
	float offset[3]; /* widths of the head. Axes: picture's right, up, towards the camera */
} ef_node_expression_t;

/* Where the k-th field of the structs above lies, "ef_node_settings_t.map 8 8": its offset and its size in
 * bytes, and behind a struct's last field the struct's own; NULL behind the last of all. Whoever mirrors
 * them compares before anything else is called. The text is valid until the next call. */
const char *ef_node_layout(int k);

/* Parses the stage's command line (argv[0] is a program name), sets up the log and signals, and
 * fills settings, whose texts live as long as argv and the node. argv must outlive the node. NULL
 * after one line of why. */
ef_node_t *ef_node_new(int argc, char **argv, ef_node_settings_t *settings);

/* Closes the links, removes their socket files and frees. The last call: the log closes too. */
void ef_node_destroy(ef_node_t **node);

/* Opens the links; from here on expressions arrive. Returns 0 or -1. */
int ef_node_open(ef_node_t *node);

/* Waits up to timeout_ms for an expression: the newest under policy latest, the next under policy
 * all. Returns 1 with *expression; 0 when none came; -1 when it is time to leave: a signal, or
 * under policy all the end of the source, which has then been passed on. */
int ef_node_receive(ef_node_t *node, int timeout_ms, ef_node_expression_t *expression);

/* Makes ef_node_send send a picture that belongs to no expression, numbered 0, taken now. */
void ef_node_rest(ef_node_t *node);

/* How large to render the next picture: at most the settings' size. */
void ef_node_size(const ef_node_t *node, int32_t *w, int32_t *h);

/* Sends a picture as the render of the expression received last (or of ef_node_rest): 4 * w * h
 * bytes R, G, B, A, bottom row first, of at most the settings' size. Time in the stage runs from
 * that receipt to here. Returns 0; -1 after logging why, or on a signal. */
int ef_node_send(ef_node_t *node, const uint8_t *rgba, int32_t w, int32_t h);

/* Once the links are open: names the character in the statistics; the time it took to load it is no reason to render
 * smaller. */
void ef_node_shows(ef_node_t *node, const char *character);

/* 0 after a good end, else 1: the status to exit with once ef_node_receive returned -1. */
int ef_node_status(const ef_node_t *node);

/* The k-th coefficient's name, "eyeBlinkLeft" for 0; NULL behind the last. */
const char *ef_node_coeff_name(int k);

/* Writes a line to the stage's log: level 0 information, 1 warning, 2 error. */
void ef_node_log(int level, const char *text);

#endif
