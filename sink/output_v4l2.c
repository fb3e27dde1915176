/* A v4l2loopback device: what is written there, every program sees as a camera. */
#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <libyuv/convert_from.h>
#include <linux/videodev2.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include "proto/holder.h"
#include "proto/log.h"
#include "sink/loopback.h"
#include "sink/output.h"

typedef struct {
	char path[PATH_MAX];
	int fd; /* -1: closed */
	int retry; /* whoever opened it will again */
	uint32_t fourcc; /* of the wire */
	uint8_t *data; /* a picture in that format; NULL for I420 */
	size_t size;
} device_t;

/* One for all openings: what is tried each second must not tell it each second. */
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
	zsys_warning("device %s: %s%s", device->path, why,
		device->retry ? "; trying again every second" : "");
	snprintf(told.text, sizeof(told.text), "%s", why);
	told.next_ms = now + 60000;
}

static ef_sink_result_t later(const device_t *device, const char *what, int error)
{
	char why[256], holder[64];

	if (error == EBUSY && ef_holder_find(device->path, holder, sizeof(holder)) == 0) {
		snprintf(why, sizeof(why), "busy: %s holds it; close that", holder);
	} else if (error == ENOENT || error == ENODEV || error == ENXIO) {
		snprintf(why, sizeof(why),
			"no such device; load it with: sudo modprobe v4l2loopback "
			"exclusive_caps=1");
	} else if (error == EACCES || error == EPERM) {
		snprintf(why, sizeof(why), "no permission; add yourself to the group video");
	} else {
		snprintf(why, sizeof(why), "%s: %s", what, strerror(error));
	}
	tell(device, why);
	return EF_SINK_LATER;
}

/* Like ioctl (), but goes on when a signal interrupts it. */
static int control(int fd, unsigned long request, void *argument)
{
	int result;

	do {
		result = ioctl(fd, request, argument);
	} while (result == -1 && errno == EINTR && !zsys_interrupted);
	return result;
}

static ef_sink_result_t open_device(device_t *device)
{
	device->fd = open(device->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return device->fd == -1 ? later(device, "cannot open", errno) : EF_SINK_OK;
}

/* v4l2loopback 0.12 with exclusive_caps stays neither camera nor output when a program has written
 * to it without VIDIOC_STREAMON, as ffmpeg does, and closed it. Whoever streams and closes makes it
 * an output again. */
static ef_sink_result_t revive(device_t *device)
{
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT;

	control(device->fd, VIDIOC_STREAMON, &type);
	close(device->fd);
	return open_device(device);
}

/* Sets *can to the device's abilities. */
static ef_sink_result_t query(const device_t *device, uint32_t *can)
{
	struct v4l2_capability able = {0};

	if (control(device->fd, VIDIOC_QUERYCAP, &able) == -1) {
		zsys_error("%s is not a video device; give one made by v4l2loopback", device->path);
		return EF_SINK_FAILED;
	}
	*can = able.capabilities & V4L2_CAP_DEVICE_CAPS ? able.device_caps : able.capabilities;
	if (strcmp((const char *)able.driver, EF_LOOPBACK_DRIVER) != 0) {
		zsys_error("%s (%.32s) is %s; give a device made by v4l2loopback", device->path,
			(const char *)able.card,
			*can & V4L2_CAP_VIDEO_OUTPUT ? "an output that shows no camera"
						     : "a camera, not an output");
		return EF_SINK_FAILED;
	}
	return EF_SINK_OK;
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
	/* With exclusive_caps a loopback is an output until somebody writes to it. Without, the
	 * module takes the pictures of two writers in turn: at least no two sinks do that. */
	if (!(can & V4L2_CAP_VIDEO_OUTPUT) || flock(device->fd, LOCK_EX | LOCK_NB) == -1) {
		return later(device, "busy: another program writes to it", EBUSY);
	}
	return EF_SINK_OK;
}

static uint32_t to_v4l2(uint32_t fourcc)
{
	return fourcc == EF_I420 ? V4L2_PIX_FMT_YUV420 : fourcc;
}

/* Says the format once; it is never changed, for readers would not follow. */
static ef_sink_result_t set_format(const device_t *device, const ef_sink_request_t *request)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
	struct v4l2_pix_format *pix = &format.fmt.pix;
	uint32_t wanted = to_v4l2(device->fourcc);
	char why[160], is[5];

	pix->width = (uint32_t)request->w;
	pix->height = (uint32_t)request->h;
	pix->pixelformat = wanted;
	pix->field = V4L2_FIELD_NONE;
	pix->bytesperline = device->fourcc == EF_YUYV ? 2 * pix->width : pix->width;
	pix->sizeimage = (uint32_t)device->size;
	pix->colorspace = V4L2_COLORSPACE_SMPTE170M;
	if (control(device->fd, VIDIOC_S_FMT, &format) == -1) {
		return later(device, "cannot set the format", errno);
	}
	if (pix->pixelformat != wanted || pix->width != (uint32_t)request->w ||
		pix->height != (uint32_t)request->h) {
		snprintf(why, sizeof(why),
			"locked at %s %ux%u by who holds it; close that, or use that --format and "
			"--size",
			ef_fourcc_name(pix->pixelformat, is), pix->width, pix->height);
		tell(device, why);
		return EF_SINK_LATER;
	}
	return EF_SINK_OK;
}

/* Neither is needed by every version of the module, nor known to it. To 0.12, VIDIOC_STREAMON is
 * what makes a writer: without it the device would be no output any more after the sink's end. */
static void announce(const device_t *device, ef_rate_t rate)
{
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
	struct v4l2_streamparm parameters = {.type = (uint32_t)type};

	parameters.parm.output.timeperframe.numerator = (uint32_t)rate.den;
	parameters.parm.output.timeperframe.denominator = (uint32_t)rate.num;
	control(device->fd, VIDIOC_S_PARM, &parameters);
	control(device->fd, VIDIOC_STREAMON, &type);
}

/* A label is looked up at each opening: the module may come later, or again with another number. */
static ef_sink_result_t name_device(device_t *device, const char *name)
{
	int is_number = name[strspn(name, "0123456789")] == '\0', count;
	const char *label = name + strlen(EF_LOOPBACK_PREFIX);
	ef_loopback_t found[EF_LOOPBACKS_MAX];
	const ef_loopback_t *named;
	char why[256];

	snprintf(device->path, sizeof(device->path), "%s%s", is_number ? "/dev/video" : "", name);
	if (strncmp(name, EF_LOOPBACK_PREFIX, strlen(EF_LOOPBACK_PREFIX)) != 0) {
		return EF_SINK_OK;
	}
	count = ef_loopback_list(found);
	named = ef_loopback_named(found, count, label);
	if (named == NULL) {
		ef_loopback_explain(found, count, label, why, sizeof(why));
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
	device->retry = request->retry;
	device->fourcc = request->fourcc != 0 ? request->fourcc : EF_YUYV;
	device->size = ef_image_size(device->fourcc, request->w, request->h);
	device->data = zmalloc(device->size);
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
		told.text[0] = '\0';
		zsys_info("%s takes %s %dx%d, %.4g fps", device->path,
			ef_fourcc_name(device->fourcc, name), request->w, request->h,
			(double)request->rate.num / request->rate.den);
	}
	return result;
}

/* The picture in the device's format. */
static const uint8_t *pack(device_t *device, const ef_image_t *image)
{
	int w = image->w, h = image->h;
	const uint8_t *y = image->data, *u = y + w * h, *v = u + w / 2 * (h / 2);

	switch (device->fourcc) {
	case EF_YUYV:
		I420ToYUY2(y, w, u, w / 2, v, w / 2, device->data, 2 * w, w, h);
		return device->data;
	case EF_NV12:
		I420ToNV12(
			y, w, u, w / 2, v, w / 2, device->data, w, device->data + w * h, w, w, h);
		return device->data;
	default:
		return y;
	}
}

static ef_sink_result_t device_write(void *self, const ef_image_t *image, int64_t pts_ns)
{
	device_t *device = self;
	const uint8_t *data = pack(device, image);
	ssize_t wrote;

	(void)pts_ns;
	do {
		wrote = write(device->fd, data, device->size);
	} while (wrote == -1 && errno == EINTR && !zsys_interrupted);
	if (wrote == (ssize_t)device->size) {
		return EF_SINK_OK;
	}
	if (wrote == -1 && (errno == EAGAIN || errno == EINTR)) {
		return EF_SINK_OK; /* this one is lost, the next is due in a moment */
	}
	return later(device, "took half a picture", wrote == -1 ? errno : EIO);
}

static ef_sink_result_t device_close(void *self)
{
	device_t *device = self;

	if (device->fd != -1) {
		close(device->fd);
	}
	free(device->data);
	free(device);
	return EF_SINK_OK;
}

const ef_sink_output_t ef_sink_v4l2 = {EF_SINK_NOW, device_open, device_write, device_close};
