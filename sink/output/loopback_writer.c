#include "sink/output/loopback_writer.h"

#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "proto/base/clock.h"
#include "proto/base/problem.h"
#include "proto/v4l2/device_name.h"
#include "proto/v4l2/fourcc.h"
#include "proto/v4l2/v4l2_call.h"
#include "sink/loopback/loopback.h"
#include "sink/loopback/loopback_controls.h"

/* Outlives a single opening: while there is a problem, the device is opened again each second. */
static ef_problem_t problem;

static void log_problem(const ef_loopback_writer_t *writer, const char *why)
{
	if (ef_problem_is_new(&problem, why, ef_now_ns())) {
		zsys_warning("virtual camera %s: %s%s", writer->path, why,
			writer->retry ? "; trying again every second" : "");
	}
}

static ef_sink_result_t later(const ef_loopback_writer_t *writer, const char *what, int error)
{
	char why[256];

	if (error == ENOENT || error == ENODEV || error == ENXIO) {
		snprintf(why, sizeof(why),
			"no such device; load it with: sudo modprobe v4l2loopback "
			"exclusive_caps=1");
	} else if (ef_v4l2_explain(writer->path, error, why, sizeof(why)) == -1) {
		snprintf(why, sizeof(why), "%s: %s", what, strerror(error));
	}
	log_problem(writer, why);
	return EF_SINK_LATER;
}

static ef_sink_result_t open_device(ef_loopback_writer_t *writer)
{
	writer->fd = open(writer->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return writer->fd == -1 ? later(writer, "cannot open", errno) : EF_SINK_OK;
}

/* v4l2loopback 0.12 with exclusive_caps stays neither camera nor output when a program has written
 * to it without VIDIOC_STREAMON, as ffmpeg does, and closed it. Streaming and closing makes it an
 * output again. */
static ef_sink_result_t revive(ef_loopback_writer_t *writer)
{
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT;

	ef_v4l2_ioctl(writer->fd, VIDIOC_STREAMON, &type);
	close(writer->fd);
	return open_device(writer);
}

/* Sets *can to the device's capabilities. */
static ef_sink_result_t query(const ef_loopback_writer_t *writer, uint32_t *can)
{
	struct v4l2_capability able = {0};

	if (ef_v4l2_ioctl(writer->fd, VIDIOC_QUERYCAP, &able) == -1) {
		zsys_error("%s is not a video device; give a device of v4l2loopback", writer->path);
		return EF_SINK_FAILED;
	}
	*can = ef_v4l2_capabilities(&able);
	if (strcmp((const char *)able.driver, EF_LOOPBACK_DRIVER) != 0) {
		zsys_error("%s (%.32s) is %s; give a device of v4l2loopback", writer->path,
			(const char *)able.card,
			*can & V4L2_CAP_VIDEO_OUTPUT ? "an output of another driver"
						     : "a webcam, not a virtual camera");
		return EF_SINK_FAILED;
	}
	return EF_SINK_OK;
}

/* Since 0.13, a device with exclusive_caps is not an output, either, while it keeps the format of a
 * writer that has gone. Without keep_format it is an output again, unless there is a writer. */
static ef_sink_result_t query_unkept(const ef_loopback_writer_t *writer, uint32_t *can)
{
	ef_sink_result_t result;

	if (*can & V4L2_CAP_VIDEO_OUTPUT ||
		ef_loopback_control_value(writer->fd, EF_LOOPBACK_KEEP_FORMAT) != 1) {
		return EF_SINK_OK;
	}
	ef_loopback_control(writer->fd, EF_LOOPBACK_KEEP_FORMAT, 0);
	result = query(writer, can);
	if (!(*can & V4L2_CAP_VIDEO_OUTPUT)) {
		ef_loopback_control(writer->fd, EF_LOOPBACK_KEEP_FORMAT, 1);
	}
	return result;
}

static ef_sink_result_t check_device(ef_loopback_writer_t *writer)
{
	uint32_t can;
	ef_sink_result_t result = query(writer, &can);

	if (result == EF_SINK_OK && !(can & (V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_CAPTURE))) {
		result = revive(writer);
		if (result == EF_SINK_OK) {
			result = query(writer, &can);
		}
	}
	if (result != EF_SINK_OK) {
		return result;
	}
	/* With exclusive_caps a device is an output until a program writes to it. Without, the
	 * module mixes the pictures of two writers: the lock at least keeps a second sink out. */
	if (flock(writer->fd, LOCK_EX | LOCK_NB) == -1) {
		return later(writer, "another effigy-sink writes to it", EBUSY);
	}
	result = query_unkept(writer, &can);
	if (result == EF_SINK_OK && !(can & V4L2_CAP_VIDEO_OUTPUT)) {
		return later(writer, "another program writes to it", EBUSY);
	}
	return result;
}

/* Asks for the format. Returns 0, 1 when the device has another one, which is then in *pix, or -1
 * with errno. */
static int ask_format(const ef_loopback_writer_t *writer, const ef_sink_request_t *request,
	size_t room, struct v4l2_pix_format *pix)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
	uint32_t w = (uint32_t)request->w, h = (uint32_t)request->h;
	uint32_t wanted = ef_fourcc_to_v4l2(request->fourcc);

	format.fmt.pix = (struct v4l2_pix_format){
		.width = w,
		.height = h,
		.pixelformat = wanted,
		.field = V4L2_FIELD_NONE,
		.bytesperline = request->fourcc == EF_YUYV ? 2 * w : w,
		.sizeimage = (uint32_t)room,
		.colorspace = V4L2_COLORSPACE_SMPTE170M,
	};
	if (ef_v4l2_ioctl(writer->fd, VIDIOC_S_FMT, &format) == -1) {
		return -1;
	}
	*pix = format.fmt.pix;
	return pix->pixelformat != wanted || pix->width != w || pix->height != h;
}

/* After a sink was killed, the device keeps its format until keep_format is off and no process has
 * the device open. */
static ef_sink_result_t forget_format(ef_loopback_writer_t *writer)
{
	ef_loopback_control(writer->fd, EF_LOOPBACK_KEEP_FORMAT, 0);
	close(writer->fd);
	return open_device(writer);
}

/* Sets the format once. It is never changed: readers do not follow a change. */
static ef_sink_result_t set_format(
	ef_loopback_writer_t *writer, const ef_sink_request_t *request, size_t room)
{
	struct v4l2_pix_format pix;
	char why[160], is[5];
	int other = ask_format(writer, request, room, &pix);

	if (other == 1) {
		ef_sink_result_t result = forget_format(writer);

		if (result == EF_SINK_OK) {
			result = check_device(writer);
		}
		if (result != EF_SINK_OK) {
			return result;
		}
		other = ask_format(writer, request, room, &pix);
	}
	if (other == -1) {
		return later(writer, "cannot set the format", errno);
	}
	if (other == 1) {
		snprintf(why, sizeof(why),
			"another program keeps the device at %s %ux%u; close that program, or use "
			"that --format and --size",
			ef_fourcc_v4l2_name(pix.pixelformat, is), pix.width, pix.height);
		log_problem(writer, why);
		return EF_SINK_LATER;
	}
	return EF_SINK_OK;
}

/* Not every version of the module needs or knows these calls. Up to 0.12, VIDIOC_STREAMON makes a
 * writer: without it the device would no longer be an output after the sink's end. */
static void announce(const ef_loopback_writer_t *writer, ef_rate_t rate)
{
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
	struct v4l2_streamparm parameters = {.type = (uint32_t)type};

	parameters.parm.output.timeperframe.numerator = (uint32_t)rate.den;
	parameters.parm.output.timeperframe.denominator = (uint32_t)rate.num;
	ef_v4l2_ioctl(writer->fd, VIDIOC_S_PARM, &parameters);
	ef_v4l2_ioctl(writer->fd, VIDIOC_STREAMON, &type);
	/* So that readers keep reading when a sink dies, and new readers find a camera
	 * meanwhile. */
	ef_loopback_control(writer->fd, EF_LOOPBACK_KEEP_FORMAT, 1);
	ef_loopback_control(writer->fd, EF_LOOPBACK_SUSTAIN, 1);
}

/* Looks a label up at each opening: the device may appear later, or again with another number. */
static ef_sink_result_t name_device(ef_loopback_writer_t *writer, const char *name)
{
	ef_loopback_t found[EF_LOOPBACKS_MAX];
	const ef_loopback_t *named;
	char why[256];
	int count;

	ef_name_path(name, writer->path, sizeof(writer->path));
	if (ef_name_label(name) == NULL) {
		return EF_SINK_OK;
	}
	count = ef_loopback_list(found);
	named = ef_loopback_find(found, count, name);
	if (named == NULL) {
		ef_loopback_explain(found, count, name, why, sizeof(why));
		log_problem(writer, why);
		return EF_SINK_LATER;
	}
	snprintf(writer->path, sizeof(writer->path), "%s", named->path);
	return EF_SINK_OK;
}

ef_sink_result_t ef_loopback_writer_open(
	ef_loopback_writer_t *writer, const ef_sink_request_t *request, size_t room)
{
	ef_sink_result_t result;

	*writer = (ef_loopback_writer_t){.fd = -1, .retry = request->live};
	result = name_device(writer, request->name);
	if (result == EF_SINK_OK) {
		result = open_device(writer);
	}
	if (result == EF_SINK_OK) {
		result = check_device(writer);
	}
	if (result == EF_SINK_OK) {
		result = set_format(writer, request, room);
	}
	if (result == EF_SINK_OK) {
		announce(writer, request->rate);
		writer->ours = 1;
		ef_problem_clear(&problem);
	}
	return result;
}

ef_sink_result_t ef_loopback_writer_write(
	ef_loopback_writer_t *writer, const uint8_t *data, size_t size)
{
	ssize_t wrote;

	do {
		wrote = write(writer->fd, data, size);
	} while (wrote == -1 && errno == EINTR && !zsys_interrupted);
	if (wrote == (ssize_t)size) {
		return EF_SINK_OK;
	}
	if (wrote == -1 && (errno == EAGAIN || errno == EINTR)) {
		return EF_SINK_OK; /* drop this picture: the next is due in a moment */
	}
	return later(writer, "cannot write a whole picture", wrote == -1 ? errno : EIO);
}

void ef_loopback_writer_close(ef_loopback_writer_t *writer)
{
	if (writer->ours) {
		/* So that other writers can set another format once the readers have gone. */
		ef_loopback_control(writer->fd, EF_LOOPBACK_KEEP_FORMAT, 0);
	}
	if (writer->fd != -1) {
		close(writer->fd);
	}
	writer->fd = -1;
}
