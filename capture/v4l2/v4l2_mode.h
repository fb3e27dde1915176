/* The modes of a webcam, and which one to ask for. */
#ifndef EF_CAPTURE_V4L2_MODE_H
#define EF_CAPTURE_V4L2_MODE_H

#include <stdint.h>

#include "proto/stage/options.h"

#define EF_MODES_MAX 256 /* most modes of one webcam; real ones list about 50 */

/* One line of a driver's list: a format at one size, or in a range of sizes. */
typedef struct {
	uint32_t fourcc; /* of the wire */
	int min_w, max_w, step_w; /* pixels; a discrete size: min = max */
	int min_h, max_h, step_h;
	double fps; /* the highest; 0: not known */
} ef_mode_t;

typedef struct {
	uint32_t fourcc;
	int w, h;
	double fps; /* the highest in that mode; 0: not known */
} ef_mode_choice_t;

/* Chooses the mode to ask for. Only modes of fourcc count, unless it is 0. Without a size it aims
 * at 640x480, without a rate at 30 per second.
 *
 * Of the modes with that size and rate it takes the first in this order: from 1280x720 on MJPG,
 * YUYV, NV12, I420, because raw pictures of that size exceed USB 2; below YUYV, NV12, I420, MJPG,
 * which saves the decoding; GREY, often an infrared camera, last. When no mode has both: the
 * nearest size, then the highest rate, then that order.
 *
 * Returns 0, or -1 when there is no mode, or none of that fourcc. */
int ef_mode_choose(const ef_mode_t *modes, int count, uint32_t fourcc, ef_size_t size,
	ef_rate_t rate, ef_mode_choice_t *choice);

#endif
