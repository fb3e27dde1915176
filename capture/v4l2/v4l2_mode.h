/* What a camera can do, and which of it to ask for. */
#ifndef EF_CAPTURE_V4L2_MODE_H
#define EF_CAPTURE_V4L2_MODE_H

#include <stdint.h>

#include "proto/stage/options.h"

#define EF_MODES_MAX 256 /* modes kept of one camera; real ones list some 50 */

/* One line of a driver's list: a format at one size, or in a range of sizes. */
typedef struct {
	uint32_t fourcc; /* of the wire */
	int min_w, max_w, step_w; /* pixels; a discrete size: min = max */
	int min_h, max_h, step_h;
	double fps; /* the highest; 0: not told */
} ef_mode_t;

typedef struct {
	uint32_t fourcc;
	int w, h;
	double fps; /* what the camera does there at most; 0: not told */
} ef_mode_choice_t;

/* Chooses what to ask for. fourcc, size and rate restrict or guide as in ef_capture_request_t;
 * without a size it aims at 640x480, without a rate at 30.
 *
 * Of the modes that have size and rate the first in this order: from 1280x720 on MJPG, YUYV, NV12,
 * I420, because raw pictures of that size do not fit through USB 2; below YUYV, NV12, I420, MJPG,
 * which saves the decoding; GREY, often an infrared camera, last. When none has both: the nearest
 * size, then the highest rate, then that order.
 *
 * Returns 0, or -1 when there is no mode, or none of that fourcc. */
int ef_mode_choose(const ef_mode_t *modes, int count, uint32_t fourcc, ef_size_t size,
	ef_rate_t rate, ef_mode_choice_t *choice);

#endif
