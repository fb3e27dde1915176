/* The newest picture of a streaming webcam, from the driver's queue of buffers. */
#ifndef EF_CAPTURE_V4L2_QUEUE_H
#define EF_CAPTURE_V4L2_QUEUE_H

#include "capture/input.h"
#include "capture/v4l2/v4l2_device.h"
#include "proto/base/buffer.h"
#include "proto/base/log.h"

typedef struct {
	const ef_device_t *device; /* borrowed */
	int held; /* index of the buffer that the last picture lies in, or -1 */
	ef_buffer_t packed; /* a picture whose rows had padding */
	ef_limiter_t broken;
} ef_v4l2_queue_t;

/* Begins with a device that streams. A zero-initialised queue can be finished, too. */
void ef_v4l2_queue_begin(ef_v4l2_queue_t *queue, const ef_device_t *device);
void ef_v4l2_queue_finish(ef_v4l2_queue_t *queue);

/* Waits up to timeout_ms for a picture and drops all but the newest whole one. Sets *picture, whose
 * image is valid until the next call, and returns 1; 0 when there is none; -1 with errno when the
 * webcam has failed. */
int ef_v4l2_queue_take(ef_v4l2_queue_t *queue, int timeout_ms, ef_capture_picture_t *picture);

#endif
