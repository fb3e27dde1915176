/* Output to a virtual camera: a v4l2loopback device, which other programs see as a camera. */
#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "proto/base/clock.h"
#include "proto/v4l2/device_name.h"
#include "proto/v4l2/fourcc.h"
#include "proto/v4l2/v4l2_call.h"
#include "proto/base/log.h"
#include "sink/output/device_picture.h"
#include "sink/loopback/loopback.h"
#include "sink/loopback/loopback_controls.h"
#include "sink/output/output.h"
#include "sink/loopback/readers.h"

typedef struct {
	char path[PATH_MAX];
	int fd; /* -1: closed */
	int retry; /* the caller opens it again after EF_SINK_LATER */
	uint32_t fourcc; /* of the wire */
	ef_device_picture_t *picture; /* in that format */
	int ours; /* its format and controls have been set */
	ef_readers_t *readers; /* NULL until somebody asks for them */
} device_t;

/* Outlives a single opening: the device is opened each second, and one message a minute is
 * enough. */
static struct {
	char text[320];
	int64_t next_ms;
} told;

static void tell(const device_t *device, const char *why)
{
	int64_t now = zclock_mono();

	if (strcmp(told.text, why) == 0 && now < told.next_ms) {
		return;
	}
	zsys_warning("virtual camera %s: %s%s", device->path, why,
		device->retry ? "; trying again every second" : "");
	snprintf(told.text, sizeof(told.text), "%s", why);
	told.next_ms = now + 60000;
}

static ef_sink_result_t later(const device_t *device, const char *what, int error)
{
	char why[256];

	if (error == ENOENT || error == ENODEV || error == ENXIO) {
		snprintf(why, sizeof(why),
			"no such device; load it with: sudo modprobe v4l2loopback "
			"exclusive_caps=1");
	} else if (ef_v4l2_explain(device->path, error, why, sizeof(why)) == -1) {
		snprintf(why, sizeof(why), "%s: %s", what, strerror(error));
	}
	tell(device, why);
	return EF_SINK_LATER;
}

static ef_sink_result_t open_device(device_t *device)
{
	device->fd = open(device->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return device->fd == -1 ? later(device, "cannot open", errno) : EF_SINK_OK;
}

/* v4l2loopback 0.12 with exclusive_caps stays neither camera nor output when a program has written
 * to it without VIDIOC_STREAMON, as ffmpeg does, and closed it. Streaming and closing makes it an
 * output again. */
static ef_sink_result_t revive(device_t *device)
{
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT;

	ef_v4l2_ioctl(device->fd, VIDIOC_STREAMON, &type);
	close(device->fd);
	return open_device(device);
}

/* Sets *can to the device's capabilities. */
static ef_sink_result_t query(const device_t *device, uint32_t *can)
{
	struct v4l2_capability able = {0};

	if (ef_v4l2_ioctl(device->fd, VIDIOC_QUERYCAP, &able) == -1) {
		zsys_error("%s is not a video device; give a device of v4l2loopback", device->path);
		return EF_SINK_FAILED;
	}
	*can = ef_v4l2_capabilities(&able);
	if (strcmp((const char *)able.driver, EF_LOOPBACK_DRIVER) != 0) {
		zsys_error("%s (%.32s) is %s; give a device of v4l2loopback", device->path,
			(const char *)able.card,
			*can & V4L2_CAP_VIDEO_OUTPUT ? "an output of another driver"
						     : "a webcam, not a virtual camera");
		return EF_SINK_FAILED;
	}
	return EF_SINK_OK;
}

/* Since 0.13, a device with exclusive_caps is not an output, either, while it keeps the format of a
 * writer that has gone. Without keep_format it is an output again, unless there is a writer. */
static ef_sink_result_t query_unkept(const device_t *device, uint32_t *can)
{
	ef_sink_result_t result;

	if (*can & V4L2_CAP_VIDEO_OUTPUT ||
		ef_loopback_control_value(device->fd, EF_LOOPBACK_KEEP_FORMAT) != 1) {
		return EF_SINK_OK;
	}
	ef_loopback_control(device->fd, EF_LOOPBACK_KEEP_FORMAT, 0);
	result = query(device, can);
	if (!(*can & V4L2_CAP_VIDEO_OUTPUT)) {
		ef_loopback_control(device->fd, EF_LOOPBACK_KEEP_FORMAT, 1);
	}
	return result;
}

static ef_sink_result_t check_device(device_t *device)
{
	uint32_t can;
	ef_sink_result_t result = query(device, &can);

	if (result == EF_SINK_OK && !(can & (V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_CAPTURE))) {
		result = revive(device);
		if (result == EF_SINK_OK) {
			result = query(device, &can);
		}
	}
	if (result != EF_SINK_OK) {
		return result;
	}
	/* With exclusive_caps a device is an output until a program writes to it. Without, the
	 * module mixes the pictures of two writers: the lock at least keeps a second sink out. */
	if (flock(device->fd, LOCK_EX | LOCK_NB) == -1) {
		return later(device, "another effigy-sink writes to it", EBUSY);
	}
	result = query_unkept(device, &can);
	if (result == EF_SINK_OK && !(can & V4L2_CAP_VIDEO_OUTPUT)) {
		return later(device, "another program writes to it", EBUSY);
	}
	return result;
}

/* Asks for the format. Returns 0, 1 when the device has another one, which is then in *pix, or -1
 * with errno. */
static int ask_format(
	const device_t *device, const ef_sink_request_t *request, struct v4l2_pix_format *pix)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
	uint32_t w = (uint32_t)request->w, h = (uint32_t)request->h;
	uint32_t wanted = ef_fourcc_to_v4l2(device->fourcc);

	format.fmt.pix = (struct v4l2_pix_format){
		.width = w,
		.height = h,
		.pixelformat = wanted,
		.field = V4L2_FIELD_NONE,
		.bytesperline = device->fourcc == EF_YUYV ? 2 * w : w,
		.sizeimage = (uint32_t)ef_device_picture_room(device->picture),
		.colorspace = V4L2_COLORSPACE_SMPTE170M,
	};
	if (ef_v4l2_ioctl(device->fd, VIDIOC_S_FMT, &format) == -1) {
		return -1;
	}
	*pix = format.fmt.pix;
	return pix->pixelformat != wanted || pix->width != w || pix->height != h;
}

/* After a sink was killed, the device keeps its format until keep_format is off and no process has
 * the device open. */
static ef_sink_result_t forget_format(device_t *device)
{
	ef_loopback_control(device->fd, EF_LOOPBACK_KEEP_FORMAT, 0);
	close(device->fd);
	return open_device(device);
}

/* Sets the format once. It is never changed: readers do not follow a change. */
static ef_sink_result_t set_format(device_t *device, const ef_sink_request_t *request)
{
	struct v4l2_pix_format pix;
	char why[160], is[5];
	int other = ask_format(device, request, &pix);

	if (other == 1) {
		ef_sink_result_t result = forget_format(device);

		if (result == EF_SINK_OK) {
			result = check_device(device);
		}
		if (result != EF_SINK_OK) {
			return result;
		}
		other = ask_format(device, request, &pix);
	}
	if (other == -1) {
		return later(device, "cannot set the format", errno);
	}
	if (other == 1) {
		snprintf(why, sizeof(why),
			"another program keeps the device at %s %ux%u; close that program, or use "
			"that --format and --size",
			ef_fourcc_v4l2_name(pix.pixelformat, is), pix.width, pix.height);
		tell(device, why);
		return EF_SINK_LATER;
	}
	return EF_SINK_OK;
}

/* Not every version of the module needs or knows these calls. Up to 0.12, VIDIOC_STREAMON makes a
 * writer: without it the device would no longer be an output after the sink's end. */
static void announce(const device_t *device, ef_rate_t rate)
{
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
	struct v4l2_streamparm parameters = {.type = (uint32_t)type};

	parameters.parm.output.timeperframe.numerator = (uint32_t)rate.den;
	parameters.parm.output.timeperframe.denominator = (uint32_t)rate.num;
	ef_v4l2_ioctl(device->fd, VIDIOC_S_PARM, &parameters);
	ef_v4l2_ioctl(device->fd, VIDIOC_STREAMON, &type);
	/* So that readers keep reading when a sink dies, and new readers find a camera
	 * meanwhile. */
	ef_loopback_control(device->fd, EF_LOOPBACK_KEEP_FORMAT, 1);
	ef_loopback_control(device->fd, EF_LOOPBACK_SUSTAIN, 1);
}

/* Looks a label up at each opening: the device may appear later, or again with another number. */
static ef_sink_result_t name_device(device_t *device, const char *name)
{
	ef_loopback_t found[EF_LOOPBACKS_MAX];
	const ef_loopback_t *named;
	char why[256];
	int count;

	ef_name_path(name, device->path, sizeof(device->path));
	if (ef_name_label(name) == NULL) {
		return EF_SINK_OK;
	}
	count = ef_loopback_list(found);
	named = ef_loopback_find(found, count, name);
	if (named == NULL) {
		ef_loopback_explain(found, count, name, why, sizeof(why));
		tell(device, why);
		return EF_SINK_LATER;
	}
	snprintf(device->path, sizeof(device->path), "%s", named->path);
	return EF_SINK_OK;
}

static ef_sink_result_t device_open(void **self, const ef_sink_request_t *request)
{
	device_t *device = zmalloc(sizeof(*device));
	ef_sink_result_t result;
	char name[5];

	*self = device;
	device->fd = -1;
	device->retry = request->live;
	device->fourcc = request->fourcc != 0 ? request->fourcc : EF_YUYV;
	device->picture = ef_device_picture_new(device->fourcc, request->w, request->h);
	if (device->picture == NULL) {
		zsys_error("out of memory for a picture of %dx%d; choose a smaller --size",
			request->w, request->h);
		return EF_SINK_FAILED;
	}
	result = name_device(device, request->name);
	if (result == EF_SINK_OK) {
		result = open_device(device);
	}
	if (result == EF_SINK_OK) {
		result = check_device(device);
	}
	if (result == EF_SINK_OK) {
		result = set_format(device, request);
	}
	if (result == EF_SINK_OK) {
		announce(device, request->rate);
		device->ours = 1;
		told.text[0] = '\0';
		zsys_info("%s takes %s %dx%d, %.4g fps", device->path,
			ef_fourcc_name(device->fourcc, name), request->w, request->h,
			(double)request->rate.num / request->rate.den);
	}
	return result;
}

static ef_sink_result_t device_write(void *self, const ef_image_t *image, int64_t pts_ns)
{
	device_t *device = self;
	const uint8_t *data;
	size_t size;
	ssize_t wrote;

	(void)pts_ns;
	if (ef_device_picture_make(device->picture, image, &data, &size) != 0) {
		return later(device, "cannot compress a picture", EINVAL);
	}
	do {
		wrote = write(device->fd, data, size);
	} while (wrote == -1 && errno == EINTR && !zsys_interrupted);
	if (wrote == (ssize_t)size) {
		return EF_SINK_OK;
	}
	if (wrote == -1 && (errno == EAGAIN || errno == EINTR)) {
		return EF_SINK_OK; /* drop this picture: the next is due in a moment */
	}
	return later(device, "cannot write a whole picture", wrote == -1 ? errno : EIO);
}

static int device_readers(void *self)
{
	device_t *device = self;

	if (device->readers == NULL) {
		device->readers = ef_readers_new(device->fd, device->path);
	}
	return ef_readers_count(device->readers, ef_now_ns());
}

static ef_sink_result_t device_close(void *self)
{
	device_t *device = self;

	ef_readers_destroy(&device->readers);
	if (device->ours) {
		/* So that other writers can set another format once the readers have gone. */
		ef_loopback_control(device->fd, EF_LOOPBACK_KEEP_FORMAT, 0);
	}
	if (device->fd != -1) {
		close(device->fd);
	}
	ef_device_picture_destroy(&device->picture);
	free(device);
	return EF_SINK_OK;
}

const ef_sink_output_t ef_sink_v4l2 = {
	EF_SINK_NOW, device_open, device_write, device_readers, device_close, NULL};
