/* Input from a webcam. While it is missing, busy or unplugged, it is opened again and again. */
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
#include "proto/v4l2/fourcc.h"

#define WAIT_MS 100
/* Opening a webcam that is not there is cheap, so it is found soon after it is plugged in. One that
 * is there and does not work is left alone for longer. */
#define MISSING_NS INT64_C(250000000)
#define FAILING_NS INT64_C(1000000000)
#define REMIND_NS INT64_C(60000000000) /* how often a problem that lasts is logged again */
#define SILENT_NS INT64_C(5000000000) /* a webcam without a picture for so long is opened again */
#define FRESH_NS INT64_C(1000000000) /* a driver's timestamp older than this is not believed */
#define MJPG_MIN 125 /* bytes; a JPEG's headers alone take more */

typedef struct {
	const ef_capture_request_t *request;
	const char *name; /* looked up at each opening; NULL: opened by path */
	char path[PATH_MAX]; /* empty: no webcam of that name was found */
	ef_controls_t controls;
	ef_device_t device;
	int held; /* index of the buffer that the last picture lies in, or -1 */
	uint8_t *packed; /* a picture whose rows had padding */
	int64_t retry_ns; /* when to open next */
	int64_t seen_ns; /* when the last picture came, or streaming began */
	int is_new; /* no picture since it was opened */
	char seen[512], trouble[512]; /* the latest problem, and the one logged last */
	int64_t told_ns;
	const char *note;
	ef_limiter_t broken;
} webcam_t;

static void *webcam_open(const ef_capture_request_t *request)
{
	webcam_t *webcam = zmalloc(sizeof(*webcam));

	webcam->name = ef_name_label(request->name);
	if (webcam->name == NULL) {
		ef_name_path(request->name, webcam->path, sizeof(webcam->path));
	}
	if (request->controls != NULL) {
		webcam->controls = *request->controls;
	}
	webcam->request = request;
	webcam->device.fd = -1;
	webcam->held = -1;
	webcam->note = "webcam starting";
	return webcam;
}

static void hang_up(webcam_t *webcam)
{
	ef_device_close(&webcam->device);
	free(webcam->packed);
	webcam->packed = NULL;
	webcam->held = -1;
}

static void webcam_close(void *self)
{
	hang_up(self);
	free(self);
}

static const char *webcam_note(const void *self)
{
	return ((const webcam_t *)self)->note;
}

/* Logs a problem when it is new and once a minute while it lasts. A problem that follows another
 * one is logged when it occurs twice in a row: a webcam just plugged in belongs to root until
 * udev has seen it. */
static void tell(webcam_t *webcam, const char *why)
{
	int64_t now = ef_now_ns();
	int lasts = strcmp(webcam->seen, why) == 0;

	snprintf(webcam->seen, sizeof(webcam->seen), "%s", why);
	if (now < webcam->told_ns + REMIND_NS && webcam->trouble[0] != '\0' &&
		(!lasts || strcmp(webcam->trouble, why) == 0)) {
		return;
	}
	zsys_warning("%s%s%s%s; trying again", webcam->path[0] ? "webcam " : "", webcam->path,
		webcam->path[0] ? ": " : "", why);
	snprintf(webcam->trouble, sizeof(webcam->trouble), "%s", why);
	webcam->told_ns = now;
}

static void lose(webcam_t *webcam, const char *note, const char *why, int64_t pause_ns)
{
	tell(webcam, why);
	webcam->note = note;
	webcam->retry_ns = ef_now_ns() + pause_ns;
	hang_up(webcam);
}

static void log_granted(const webcam_t *webcam)
{
	const ef_device_t *device = &webcam->device;
	char name[5], rate[32] = "unknown rate", source[48] = "";

	if (device->fps > 0) {
		snprintf(rate, sizeof(rate), "%.4g fps", device->fps);
	}
	if (device->converted) {
		char from[5];

		snprintf(source, sizeof(source), ", converted by libv4l2 from %s",
			ef_fourcc_v4l2_name(device->source, from));
	}
	zsys_info("webcam %s: %s gives %s %dx%d, %s, %d buffers%s", webcam->path, device->card,
		ef_fourcc_name(device->fourcc, name), device->w, device->h, rate, device->buffers,
		source);
}

static int open_device(webcam_t *webcam, char *why, size_t size)
{
	if (webcam->name != NULL &&
		ef_v4l2_find(webcam->name, webcam->path, sizeof(webcam->path), why, size) == -1) {
		webcam->path[0] = '\0';
		return -1;
	}
	return ef_device_open(&webcam->device, webcam->path, why, size);
}

/* Returns 0 when streaming has begun. */
static int connect_webcam(webcam_t *webcam)
{
	size_t size;
	char why[512];

	if (open_device(webcam, why, sizeof(why)) == -1) {
		lose(webcam, "webcam missing", why, MISSING_NS);
		return -1;
	}
	if (ef_device_start(&webcam->device, webcam->request, why, sizeof(why)) == -1) {
		lose(webcam, "webcam busy or failing", why, FAILING_NS);
		return -1;
	}
	size = ef_image_size(webcam->device.fourcc, webcam->device.w, webcam->device.h);
	webcam->packed = zmalloc(size + 1);
	webcam->seen_ns = ef_now_ns();
	webcam->is_new = 1;
	return 0;
}

/* Sleeps until the next attempt, but no longer than WAIT_MS. */
static void wait_a_little(const webcam_t *webcam)
{
	int64_t until = ef_now_ns() + WAIT_MS * INT64_C(1000000);

	ef_sleep_until(webcam->retry_ns < until ? webcam->retry_ns : until);
}

static int requeue(webcam_t *webcam, int index)
{
	struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
		.index = (uint32_t)index};

	return ef_device_ioctl(&webcam->device, VIDIOC_QBUF, &buffer);
}

static int is_whole(const webcam_t *webcam, const struct v4l2_buffer *buffer)
{
	const ef_device_t *device = &webcam->device;
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
static int wait_filled(const webcam_t *webcam, int timeout_ms)
{
	struct pollfd device = {.fd = webcam->device.fd, .events = POLLIN};
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
static int drain(webcam_t *webcam, struct v4l2_buffer *newest, int *found)
{
	int skipped = 0;

	*found = 0;
	/* Poll before each: libv4l2 logs a dequeue without a filled buffer as a failure. */
	while (wait_filled(webcam, 0) > 0) {
		struct v4l2_buffer buffer = {
			.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
		int back = -1;

		if (ef_device_ioctl(&webcam->device, VIDIOC_DQBUF, &buffer) == -1) {
			return errno == EAGAIN || errno == EINTR ? skipped : -1;
		}
		if (buffer.index >= (uint32_t)webcam->device.buffers) {
			errno = EPROTO;
			return -1;
		}
		if (!is_whole(webcam, &buffer)) {
			back = (int)buffer.index;
			ef_warn_limited(&webcam->broken, "webcam %s: dropped a broken picture",
				webcam->path);
		} else {
			back = *found ? (int)newest->index : -1;
			*newest = buffer;
			*found = 1;
		}
		if (back != -1) {
			skipped++;
			if (requeue(webcam, back) == -1) {
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

static void fill(webcam_t *webcam, const struct v4l2_buffer *buffer, ef_capture_picture_t *picture)
{
	const ef_device_t *device = &webcam->device;
	const uint8_t *data = device->buffer[buffer->index].start;
	size_t packed = ef_image_size(device->fourcc, device->w, device->h);

	picture->image = (ef_image_t){
		.fourcc = device->fourcc, .w = device->w, .h = device->h, .data = data};
	if (device->fourcc == EF_MJPG) {
		picture->image.size = buffer->bytesused;
	} else {
		if (ef_rows_size(device->fourcc, device->w, device->h, device->stride) != packed) {
			ef_rows_pack(device->fourcc, device->w, device->h, data, device->stride,
				webcam->packed);
			picture->image.data = webcam->packed;
		}
		picture->image.size = packed;
	}
	picture->media_ns = picture->began_ns = time_of(buffer);
}

static ef_capture_result_t lost(webcam_t *webcam)
{
	char why[128];

	snprintf(why, sizeof(why), "stopped with an error (%s)", strerror(errno));
	if (!ef_device_is_there(&webcam->device)) {
		lose(webcam, "webcam unplugged", "unplugged; plug it in again", MISSING_NS);
	} else {
		lose(webcam, "webcam failing", why, FAILING_NS);
	}
	return EF_CAPTURE_NOTHING;
}

static ef_capture_result_t nothing_yet(webcam_t *webcam)
{
	const ef_device_t *device = &webcam->device;
	char name[5], why[128];

	if (ef_now_ns() > webcam->seen_ns + SILENT_NS) {
		snprintf(why, sizeof(why), "sent no picture for 5 s in %s %dx%d",
			ef_fourcc_name(device->fourcc, name), device->w, device->h);
		lose(webcam, "webcam silent", why, MISSING_NS);
	}
	return EF_CAPTURE_NOTHING;
}

/* Called at the first picture: a webcam that starts without giving any is not logged each time, and
 * some reset their controls when they start. */
static void began(webcam_t *webcam)
{
	webcam->is_new = 0;
	webcam->note = "webcam";
	webcam->trouble[0] = '\0';
	log_granted(webcam);
	ef_controls_apply(&webcam->controls, &webcam->device);
}

static ef_capture_result_t webcam_read(void *self, ef_capture_picture_t *picture)
{
	webcam_t *webcam = self;
	struct v4l2_buffer buffer = {0};
	int found, ready;

	if (webcam->device.fd == -1) {
		if (ef_now_ns() < webcam->retry_ns || connect_webcam(webcam) == -1) {
			wait_a_little(webcam);
			return EF_CAPTURE_NOTHING;
		}
	}
	if (webcam->held != -1) {
		if (requeue(webcam, webcam->held) == -1) {
			return lost(webcam);
		}
		webcam->held = -1;
	}
	ready = wait_filled(webcam, WAIT_MS);
	if (ready <= 0) {
		return ready == 0 ? nothing_yet(webcam) : lost(webcam);
	}
	picture->skipped = drain(webcam, &buffer, &found);
	if (picture->skipped == -1) {
		return lost(webcam);
	}
	if (!found) {
		return nothing_yet(webcam);
	}
	webcam->held = (int)buffer.index;
	webcam->seen_ns = ef_now_ns();
	if (webcam->is_new) {
		began(webcam);
	}
	fill(webcam, &buffer, picture);
	return EF_CAPTURE_PICTURE;
}

const ef_capture_input_t ef_capture_v4l2 = {1, webcam_open, webcam_read, webcam_note, webcam_close};
