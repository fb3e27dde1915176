#include "capture/v4l2/v4l2_queue.h"

#include <czmq.h>
#include <errno.h>
#include <poll.h>

#include "capture/v4l2/rows.h"
#include "proto/base/clock.h"
#include "proto/base/memory.h"

#define FRESH_NS INT64_C(1000000000) /* a driver's timestamp older than this is not believed */
#define MJPG_MIN 125 /* bytes; a JPEG's headers alone take more */

void ef_v4l2_queue_begin(ef_v4l2_queue_t *queue, const ef_device_t *device)
{
	*queue = (ef_v4l2_queue_t){.device = device, .held = -1};
}

void ef_v4l2_queue_finish(ef_v4l2_queue_t *queue)
{
	ef_buffer_finish(&queue->packed);
}

static int requeue(ef_v4l2_queue_t *queue, int index)
{
	struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
		.index = (uint32_t)index};

	return ef_device_ioctl(queue->device, VIDIOC_QBUF, &buffer);
}

static int is_whole(const ef_v4l2_queue_t *queue, const struct v4l2_buffer *buffer)
{
	const ef_device_t *device = queue->device;
	const uint8_t *data = device->buffer[buffer->index].start;

	if (buffer->flags & V4L2_BUF_FLAG_ERROR ||
		buffer->bytesused > device->buffer[buffer->index].length) {
		return 0;
	}
	if (device->fourcc == EF_MJPG) {
		return buffer->bytesused >= MJPG_MIN && data[0] == 0xff && data[1] == 0xd8;
	}
	return buffer->bytesused >=
	       ef_rows_size(device->fourcc, device->w, device->h, device->stride);
}

/* Waits for a filled buffer. Returns 1, 0 when there is none in time, -1 with errno when the webcam
 * has failed. */
static int wait_filled(const ef_v4l2_queue_t *queue, int timeout_ms)
{
	struct pollfd device = {.fd = queue->device->fd, .events = POLLIN};
	int ready = poll(&device, 1, timeout_ms);

	if (ready == -1) {
		return errno == EINTR ? 0 : -1;
	}
	if (ready > 0 && !(device.revents & POLLIN)) {
		errno = EIO; /* POLLERR, POLLHUP */
		return -1;
	}
	return ready;
}

/* Dequeues all filled buffers, keeps the newest whole picture in *newest, and queues the others
 * again. Returns how many were queued again, or -1 with errno when the webcam has failed. */
static int drain(ef_v4l2_queue_t *queue, struct v4l2_buffer *newest, int *found)
{
	int skipped = 0;

	*found = 0;
	/* Poll before each: libv4l2 logs a dequeue without a filled buffer as a failure. */
	while (wait_filled(queue, 0) > 0) {
		struct v4l2_buffer buffer = {
			.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
		int back = -1;

		if (ef_device_ioctl(queue->device, VIDIOC_DQBUF, &buffer) == -1) {
			return errno == EAGAIN || errno == EINTR ? skipped : -1;
		}
		if (buffer.index >= (uint32_t)queue->device->buffers) {
			errno = EPROTO;
			return -1;
		}
		if (!is_whole(queue, &buffer)) {
			back = (int)buffer.index;
			ef_warn_limited(&queue->broken, "webcam %s: dropped a broken picture",
				queue->device->path);
		} else {
			back = *found ? (int)newest->index : -1;
			*newest = buffer;
			*found = 1;
		}
		if (back != -1) {
			skipped++;
			if (requeue(queue, back) == -1) {
				return -1;
			}
		}
	}
	return skipped;
}

/* The driver's timestamp where it is of CLOCK_MONOTONIC and plausible, else now. */
static int64_t time_of(const struct v4l2_buffer *buffer)
{
	int64_t now = ef_now_ns();
	int64_t told = (int64_t)buffer->timestamp.tv_sec * 1000000000 +
		       (int64_t)buffer->timestamp.tv_usec * 1000;

	if ((buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) {
		return now;
	}
	return told > now || told < now - FRESH_NS ? now : told;
}

/* Returns 0, or -1 with errno. */
static int fill(
	ef_v4l2_queue_t *queue, const struct v4l2_buffer *buffer, ef_capture_picture_t *picture)
{
	const ef_device_t *device = queue->device;
	const uint8_t *data = device->buffer[buffer->index].start;
	size_t packed = ef_image_size(device->fourcc, device->w, device->h);

	picture->image = (ef_image_t){
		.fourcc = device->fourcc, .w = device->w, .h = device->h, .data = data};
	if (device->fourcc == EF_MJPG) {
		picture->image.size = buffer->bytesused;
	} else {
		if (ef_rows_size(device->fourcc, device->w, device->h, device->stride) != packed) {
			if (ef_buffer_reserve(&queue->packed, packed) == NULL) {
				errno = ENOMEM;
				return -1;
			}
			ef_rows_pack(device->fourcc, device->w, device->h, data, device->stride,
				queue->packed.data);
			picture->image.data = queue->packed.data;
		}
		picture->image.size = packed;
	}
	picture->media_ns = picture->began_ns = time_of(buffer);
	return 0;
}

int ef_v4l2_queue_take(ef_v4l2_queue_t *queue, int timeout_ms, ef_capture_picture_t *picture)
{
	struct v4l2_buffer buffer = {0};
	int found, ready;

	if (queue->held != -1 && requeue(queue, queue->held) == -1) {
		return -1;
	}
	queue->held = -1;
	ready = wait_filled(queue, timeout_ms);
	if (ready <= 0) {
		return ready;
	}
	picture->skipped = drain(queue, &buffer, &found);
	if (picture->skipped == -1) {
		return -1;
	}
	if (!found) {
		return 0;
	}
	queue->held = (int)buffer.index;
	return fill(queue, &buffer, picture) == 0 ? 1 : -1;
}
