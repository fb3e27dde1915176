/* A camera, for as long as the stage runs: missing, busy or unplugged, it is tried again. */
#include <czmq.h>
#include <errno.h>
#include <poll.h>

#include "capture/input.h"
#include "capture/v4l2/rows.h"
#include "capture/v4l2/v4l2_controls.h"
#include "capture/v4l2/v4l2_device.h"
#include "capture/v4l2/v4l2_list.h"
#include "proto/base/clock.h"
#include "proto/v4l2/device_name.h"
#include "proto/base/log.h"

#define WAIT_MS 100
/* A camera that is not there costs a failing open (): soon seen when it is plugged in. One that is
 * there and does not work is left alone for longer. */
#define MISSING_NS INT64_C(250000000)
#define FAILING_NS INT64_C(1000000000)
#define REMIND_NS INT64_C(60000000000) /* how often an unchanged trouble is told again */
#define SILENT_NS INT64_C(5000000000) /* a camera without a picture for so long starts again */
#define FRESH_NS INT64_C(1000000000) /* a driver's timestamp older than this is no timestamp */
#define MJPG_MIN 125 /* bytes; a JPEG's headers alone take more */

typedef struct {
	const ef_capture_request_t *request;
	const char *name; /* looked for at each connection, or NULL */
	char path[PATH_MAX]; /* empty when there is none of that name */
	ef_controls_t controls;
	ef_device_t device;
	int held; /* index of the buffer that the last picture lies in, or -1 */
	uint8_t *packed; /* a picture whose rows had padding */
	int64_t retry_ns; /* when to open next */
	int64_t seen_ns; /* when the last picture came, or streaming began */
	int is_new; /* no picture since it was opened */
	char seen[512], trouble[512]; /* the latest one, and the one told last */
	int64_t told_ns;
	const char *note;
	ef_limiter_t broken;
} camera_t;

static void *camera_open(const ef_capture_request_t *request)
{
	camera_t *camera = zmalloc(sizeof(*camera));

	camera->name = ef_name_label(request->name);
	if (camera->name == NULL) {
		ef_name_path(request->name, camera->path, sizeof(camera->path));
	}
	if (request->controls != NULL) {
		camera->controls = *request->controls;
	}
	camera->request = request;
	camera->device.fd = -1;
	camera->held = -1;
	camera->note = "camera starting";
	return camera;
}

static void hang_up(camera_t *camera)
{
	ef_device_close(&camera->device);
	free(camera->packed);
	camera->packed = NULL;
	camera->held = -1;
}

static void camera_close(void *self)
{
	hang_up(self);
	free(self);
}

static const char *camera_note(const void *self)
{
	return ((const camera_t *)self)->note;
}

/* One line when the trouble is new, and one now and then while it lasts. One that follows another
 * has to be there twice: a camera just plugged in belongs to root until udev has seen it. */
static void tell(camera_t *camera, const char *why)
{
	int64_t now = ef_now_ns();
	int lasts = strcmp(camera->seen, why) == 0;

	snprintf(camera->seen, sizeof(camera->seen), "%s", why);
	if (now < camera->told_ns + REMIND_NS && camera->trouble[0] != '\0' &&
		(!lasts || strcmp(camera->trouble, why) == 0)) {
		return;
	}
	zsys_warning("%s%s%s%s; trying again", camera->path[0] ? "camera " : "", camera->path,
		camera->path[0] ? ": " : "", why);
	snprintf(camera->trouble, sizeof(camera->trouble), "%s", why);
	camera->told_ns = now;
}

static void lose(camera_t *camera, const char *note, const char *why, int64_t pause_ns)
{
	tell(camera, why);
	camera->note = note;
	camera->retry_ns = ef_now_ns() + pause_ns;
	hang_up(camera);
}

static void log_granted(const camera_t *camera)
{
	const ef_device_t *device = &camera->device;
	char name[5], rate[32] = "rate not told", source[48] = "";

	if (device->fps > 0) {
		snprintf(rate, sizeof(rate), "%.4g fps", device->fps);
	}
	if (device->converted) {
		char from[5];

		snprintf(source, sizeof(source), ", converted by libv4l2 from %s",
			ef_fourcc_name(device->source, from));
	}
	zsys_info("camera %s: %s gives %s %dx%d, %s, %d buffers%s", camera->path, device->card,
		ef_fourcc_name(device->fourcc, name), device->w, device->h, rate, device->buffers,
		source);
}

static int open_device(camera_t *camera, char *why, size_t size)
{
	if (camera->name != NULL &&
		ef_v4l2_find(camera->name, camera->path, sizeof(camera->path), why, size) == -1) {
		camera->path[0] = '\0';
		return -1;
	}
	return ef_device_open(&camera->device, camera->path, why, size);
}

/* Returns 0 when streaming has begun. */
static int connect_camera(camera_t *camera)
{
	size_t size;
	char why[512];

	if (open_device(camera, why, sizeof(why)) == -1) {
		lose(camera, "camera missing", why, MISSING_NS);
		return -1;
	}
	if (ef_device_start(&camera->device, camera->request, why, sizeof(why)) == -1) {
		lose(camera, "camera busy or failing", why, FAILING_NS);
		return -1;
	}
	size = ef_image_size(camera->device.fourcc, camera->device.w, camera->device.h);
	camera->packed = zmalloc(size + 1);
	camera->seen_ns = ef_now_ns();
	camera->is_new = 1;
	return 0;
}

/* Sleeps through a part of the wait for the next attempt. */
static void wait_a_little(const camera_t *camera)
{
	int64_t until = ef_now_ns() + WAIT_MS * INT64_C(1000000);

	ef_sleep_until(camera->retry_ns < until ? camera->retry_ns : until);
}

static int requeue(camera_t *camera, int index)
{
	struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
		.index = (uint32_t)index};

	return ef_device_ioctl(&camera->device, VIDIOC_QBUF, &buffer);
}

static int is_whole(const camera_t *camera, const struct v4l2_buffer *buffer)
{
	const ef_device_t *device = &camera->device;
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

/* Waits for a filled buffer. Returns 1, 0 when there is none in time, -1 with errno when the camera
 * is lost. */
static int wait_filled(const camera_t *camera, int timeout_ms)
{
	struct pollfd device = {.fd = camera->device.fd, .events = POLLIN};
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

/* Takes all that is filled, keeps the newest whole one in *newest, gives the others back. Returns
 * how many were given back, or -1 with errno when the camera is lost. */
static int drain(camera_t *camera, struct v4l2_buffer *newest, int *found)
{
	int skipped = 0;

	*found = 0;
	/* Asked before each: a dequeue in vain is a failure to libv4l2, which logs it. */
	while (wait_filled(camera, 0) > 0) {
		struct v4l2_buffer buffer = {
			.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
		int back = -1;

		if (ef_device_ioctl(&camera->device, VIDIOC_DQBUF, &buffer) == -1) {
			return errno == EAGAIN || errno == EINTR ? skipped : -1;
		}
		if (buffer.index >= (uint32_t)camera->device.buffers) {
			errno = EPROTO;
			return -1;
		}
		if (!is_whole(camera, &buffer)) {
			back = (int)buffer.index;
			ef_warn_limited(&camera->broken, "camera %s: left out a broken picture",
				camera->path);
		} else {
			back = *found ? (int)newest->index : -1;
			*newest = buffer;
			*found = 1;
		}
		if (back != -1) {
			skipped++;
			if (requeue(camera, back) == -1) {
				return -1;
			}
		}
	}
	return skipped;
}

/* The driver's own time where it is one of this clock, and a likely one. */
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

static void fill(camera_t *camera, const struct v4l2_buffer *buffer, ef_capture_picture_t *picture)
{
	const ef_device_t *device = &camera->device;
	const uint8_t *data = device->buffer[buffer->index].start;
	size_t packed = ef_image_size(device->fourcc, device->w, device->h);

	picture->image = (ef_image_t){
		.fourcc = device->fourcc, .w = device->w, .h = device->h, .data = data};
	if (device->fourcc == EF_MJPG) {
		picture->image.size = buffer->bytesused;
	} else {
		if (ef_rows_size(device->fourcc, device->w, device->h, device->stride) != packed) {
			ef_rows_pack(device->fourcc, device->w, device->h, data, device->stride,
				camera->packed);
			picture->image.data = camera->packed;
		}
		picture->image.size = packed;
	}
	picture->media_ns = picture->began_ns = time_of(buffer);
}

static ef_capture_result_t lost(camera_t *camera)
{
	char why[128];

	snprintf(
		why, sizeof(why), "stopped with an error (%s); starting it again", strerror(errno));
	if (!ef_device_is_there(&camera->device)) {
		lose(camera, "camera unplugged", "unplugged; plug it in again", MISSING_NS);
	} else {
		lose(camera, "camera failing", why, FAILING_NS);
	}
	return EF_CAPTURE_NOTHING;
}

static ef_capture_result_t nothing_yet(camera_t *camera)
{
	const ef_device_t *device = &camera->device;
	char name[5], why[128];

	if (ef_now_ns() > camera->seen_ns + SILENT_NS) {
		snprintf(why, sizeof(why), "no picture for 5 s of %s %dx%d; starting it again",
			ef_fourcc_name(device->fourcc, name), device->w, device->h);
		lose(camera, "camera silent", why, MISSING_NS);
	}
	return EF_CAPTURE_NOTHING;
}

/* At the first picture: a camera that only seems to start is not told each time, and some forget
 * their controls when they start. */
static void began(camera_t *camera)
{
	camera->is_new = 0;
	camera->note = "camera";
	camera->trouble[0] = '\0';
	log_granted(camera);
	ef_controls_apply(&camera->controls, &camera->device);
}

static ef_capture_result_t camera_read(void *self, ef_capture_picture_t *picture)
{
	camera_t *camera = self;
	struct v4l2_buffer buffer = {0};
	int found, ready;

	if (camera->device.fd == -1) {
		if (ef_now_ns() < camera->retry_ns || connect_camera(camera) == -1) {
			wait_a_little(camera);
			return EF_CAPTURE_NOTHING;
		}
	}
	if (camera->held != -1) {
		if (requeue(camera, camera->held) == -1) {
			return lost(camera);
		}
		camera->held = -1;
	}
	ready = wait_filled(camera, WAIT_MS);
	if (ready <= 0) {
		return ready == 0 ? nothing_yet(camera) : lost(camera);
	}
	picture->skipped = drain(camera, &buffer, &found);
	if (picture->skipped == -1) {
		return lost(camera);
	}
	if (!found) {
		return nothing_yet(camera);
	}
	camera->held = (int)buffer.index;
	camera->seen_ns = ef_now_ns();
	if (camera->is_new) {
		began(camera);
	}
	fill(camera, &buffer, picture);
	return EF_CAPTURE_PICTURE;
}

const ef_capture_input_t ef_capture_v4l2 = {1, camera_open, camera_read, camera_note, camera_close};
