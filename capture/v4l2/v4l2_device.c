#include "capture/v4l2/v4l2_device.h"

#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <libv4l2.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "capture/v4l2/rows.h"
#include "proto/v4l2/fourcc.h"
#include "proto/v4l2/v4l2_call.h"

int ef_device_ioctl(const ef_device_t *device, unsigned long request, void *argument)
{
	return ef_v4l2_call(device->converted ? v4l2_ioctl : ioctl, device->fd, request, argument);
}

static void explain(const char *path, const char *what, int error, char *why, size_t size)
{
	if (ef_v4l2_explain(path, error, why, size) == 0) {
		return;
	}
	if (error == ENOENT || error == ENODEV || error == ENXIO) {
		snprintf(why, size, "no webcam there; plug it in, or see effigy-capture --list");
	} else if (error == ENOSPC) {
		snprintf(why, size,
			"%s: no bandwidth left on the USB bus; use another port or a smaller size",
			what);
	} else {
		snprintf(why, size, "%s: %s", what, strerror(error));
	}
}

int ef_device_open(ef_device_t *device, const char *path, char *why, size_t size)
{
	struct v4l2_capability able = {0};
	uint32_t can;

	*device = (ef_device_t){.path = path, .fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)};
	if (device->fd == -1) {
		explain(path, "cannot open", errno, why, size);
		return -1;
	}
	if (ef_device_ioctl(device, VIDIOC_QUERYCAP, &able) == -1) {
		snprintf(why, size, "not a video device");
		ef_device_close(device);
		return -1;
	}
	can = ef_v4l2_capabilities(&able);
	if (!(can & V4L2_CAP_VIDEO_CAPTURE) || !(can & V4L2_CAP_STREAMING)) {
		snprintf(why, size,
			"%.31s gives no pictures; see effigy-capture --list for devices that do",
			(const char *)able.card);
		ef_device_close(device);
		return -1;
	}
	snprintf(device->card, sizeof(device->card), "%.31s", (const char *)able.card);
	snprintf(device->bus, sizeof(device->bus), "%.31s", (const char *)able.bus_info);
	return 0;
}

int ef_device_is_there(const ef_device_t *device)
{
	struct v4l2_capability able;

	return ef_device_ioctl(device, VIDIOC_QUERYCAP, &able) == 0;
}

/* Returns the V4L2 code of the format before libv4l2 converts it. */
static uint32_t source_of(const ef_device_t *device)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

	return ef_v4l2_ioctl(device->fd, VIDIOC_G_FMT, &format) == 0 ? format.fmt.pix.pixelformat
								     : 0;
}

static int set_format(ef_device_t *device, const ef_mode_choice_t *choice)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	struct v4l2_pix_format *pix = &format.fmt.pix;

	pix->width = (uint32_t)choice->w;
	pix->height = (uint32_t)choice->h;
	pix->pixelformat = ef_fourcc_to_v4l2(choice->fourcc);
	pix->field = V4L2_FIELD_ANY;
	if (ef_device_ioctl(device, VIDIOC_S_FMT, &format) == -1) {
		return -1;
	}
	device->fourcc = ef_fourcc_from_v4l2(pix->pixelformat);
	device->w = (int)pix->width;
	device->h = (int)pix->height;
	device->stride = pix->bytesperline;
	device->source = device->converted ? source_of(device) : 0;
	if (device->fourcc != 0 && device->fourcc != EF_MJPG &&
		ef_rows_size(device->fourcc, device->w, device->h, device->stride) == 0) {
		/* Some drivers leave it 0, or give that of another format: assume packed rows. */
		device->stride = (size_t)device->w * (device->fourcc == EF_YUYV ? 2 : 1);
	}
	return 0;
}

/* The format that the driver has set is one of the wire. */
static int is_taken(const ef_device_t *device)
{
	if (device->fourcc == 0 || ef_image_size(EF_GREY, device->w, device->h) == 0) {
		return 0;
	}
	return device->fourcc == EF_MJPG ||
	       ef_rows_size(device->fourcc, device->w, device->h, device->stride) > 0;
}

/* A driver that cannot change its rate keeps the one it has. */
static void set_rate(ef_device_t *device, ef_rate_t rate)
{
	struct v4l2_streamparm parameters = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	struct v4l2_captureparm *capture = &parameters.parm.capture;
	struct v4l2_fract *interval = &capture->timeperframe;

	if (ef_device_ioctl(device, VIDIOC_G_PARM, &parameters) == -1) {
		return;
	}
	if (capture->capability & V4L2_CAP_TIMEPERFRAME) {
		interval->numerator = rate.num > 0 ? (uint32_t)rate.den : 1;
		interval->denominator = rate.num > 0 ? (uint32_t)rate.num : 30;
		if (ef_device_ioctl(device, VIDIOC_S_PARM, &parameters) == -1) {
			return;
		}
	}
	if (interval->numerator > 0) {
		device->fps = (double)interval->denominator / interval->numerator;
	}
}

static void *map(const ef_device_t *device, size_t length, uint32_t offset)
{
	int protection = PROT_READ | PROT_WRITE;

	return device->converted
		       ? v4l2_mmap(NULL, length, protection, MAP_SHARED, device->fd, offset)
		       : mmap(NULL, length, protection, MAP_SHARED, device->fd, offset);
}

static int map_buffer(ef_device_t *device, int index)
{
	struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
		.index = (uint32_t)index};
	void *start;

	if (ef_device_ioctl(device, VIDIOC_QUERYBUF, &buffer) == -1) {
		return -1;
	}
	start = map(device, buffer.length, buffer.m.offset);
	if (start == MAP_FAILED) {
		return -1;
	}
	device->buffer[index].start = start;
	device->buffer[index].length = buffer.length;
	device->buffers = index + 1;
	return ef_device_ioctl(device, VIDIOC_QBUF, &buffer);
}

static int start_streaming(ef_device_t *device)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	struct v4l2_requestbuffers request = {
		.count = EF_DEVICE_BUFFERS, .type = (uint32_t)type, .memory = V4L2_MEMORY_MMAP};

	if (ef_device_ioctl(device, VIDIOC_REQBUFS, &request) == -1) {
		return -1;
	}
	for (uint32_t i = 0; i < request.count && i < EF_DEVICE_BUFFERS; i++) {
		if (map_buffer(device, (int)i) == -1) {
			return -1;
		}
	}
	return ef_device_ioctl(device, VIDIOC_STREAMON, &type);
}

int ef_device_start(
	ef_device_t *device, const ef_mode_choice_t *mode, ef_rate_t rate, char *why, size_t size)
{
	if (set_format(device, mode) == -1) {
		explain(device->path, "cannot set the format", errno, why, size);
		return -1;
	}
	if (!is_taken(device)) {
		snprintf(why, size,
			"%s switched to a format that Effigy does not read; try another --format",
			device->card);
		return -1;
	}
	set_rate(device, rate);
	if (start_streaming(device) == -1) {
		explain(device->path, "cannot start streaming", errno, why, size);
		return -1;
	}
	return 0;
}

void ef_device_close(ef_device_t *device)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (device->fd == -1) {
		return;
	}
	if (device->buffers > 0) {
		ef_device_ioctl(device, VIDIOC_STREAMOFF, &type);
	}
	for (int i = 0; i < device->buffers; i++) {
		(device->converted ? v4l2_munmap : munmap)(
			device->buffer[i].start, device->buffer[i].length);
	}
	(device->converted ? v4l2_close : close)(device->fd);
	*device = (ef_device_t){.fd = -1};
}
