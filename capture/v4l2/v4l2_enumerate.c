#include "capture/v4l2/v4l2_enumerate.h"

#include <libv4l2.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/v4l2/fourcc.h"

/* The highest rate of a format and size. */
static double rate_of(const ef_device_t *device, uint32_t v4l2, int w, int h)
{
	struct v4l2_frmivalenum interval = {
		.pixel_format = v4l2, .width = (uint32_t)w, .height = (uint32_t)h};
	double best = 0;

	while (ef_device_ioctl(device, VIDIOC_ENUM_FRAMEINTERVALS, &interval) == 0) {
		int one = interval.type == V4L2_FRMIVAL_TYPE_DISCRETE;
		struct v4l2_fract least = one ? interval.discrete : interval.stepwise.min;

		if (least.numerator > 0) {
			best = fmax(best, (double)least.denominator / least.numerator);
		}
		if (!one) {
			break;
		}
		interval.index++;
	}
	return best;
}

static ef_mode_t mode_of(const ef_device_t *device, const struct v4l2_fmtdesc *format,
	const struct v4l2_frmsizeenum *sizes)
{
	const struct v4l2_frmsize_stepwise *range = &sizes->stepwise;
	ef_mode_t mode = {.fourcc = ef_fourcc_from_v4l2(format->pixelformat)};

	if (sizes->type == V4L2_FRMSIZE_TYPE_DISCRETE) {
		mode.min_w = mode.max_w = (int)sizes->discrete.width;
		mode.min_h = mode.max_h = (int)sizes->discrete.height;
		mode.step_w = mode.step_h = 1;
	} else {
		mode.min_w = (int)range->min_width;
		mode.max_w = (int)range->max_width;
		mode.step_w = (int)range->step_width;
		mode.min_h = (int)range->min_height;
		mode.max_h = (int)range->max_height;
		mode.step_h = (int)range->step_height;
	}
	mode.fps = rate_of(device, format->pixelformat, mode.max_w, mode.max_h);
	return mode;
}

static int modes_of_format(const ef_device_t *device, const struct v4l2_fmtdesc *format,
	ef_mode_t modes[EF_MODES_MAX], int count)
{
	struct v4l2_frmsizeenum sizes = {.pixel_format = format->pixelformat};
	int first = count;

	while (count < EF_MODES_MAX &&
		ef_device_ioctl(device, VIDIOC_ENUM_FRAMESIZES, &sizes) == 0) {
		modes[count++] = mode_of(device, format, &sizes);
		if (sizes.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
			break;
		}
		sizes.index++;
	}
	if (count == first && count < EF_MODES_MAX) {
		/* A driver that does not list its sizes may take any: S_FMT will show. */
		modes[count++] = (ef_mode_t){.fourcc = ef_fourcc_from_v4l2(format->pixelformat),
			.min_w = 1,
			.max_w = EF_SIDE_MAX,
			.min_h = 1,
			.max_h = EF_SIDE_MAX};
	}
	return count;
}

static int list_modes(const ef_device_t *device, ef_mode_t modes[EF_MODES_MAX])
{
	struct v4l2_fmtdesc format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	int count = 0;

	while (ef_device_ioctl(device, VIDIOC_ENUM_FMT, &format) == 0) {
		if (ef_fourcc_from_v4l2(format.pixelformat) != 0) {
			count = modes_of_format(device, &format, modes, count);
		}
		format.index++;
	}
	return count;
}

/* Capture logs failures itself, in one line. libv4l2's lines are written only on request. */
static void silence_libv4l2(void)
{
	if (v4l2_log_file == NULL && getenv("LIBV4L2_LOG_FILENAME") == NULL) {
		v4l2_log_file = fopen("/dev/null", "we");
	}
}

int ef_v4l2_enumerate(ef_device_t *device, ef_mode_t modes[EF_MODES_MAX])
{
	int count = list_modes(device, modes);

	if (count == 0 && !device->converted) {
		silence_libv4l2();
		device->converted = v4l2_fd_open(device->fd, 0) != -1;
		count = device->converted ? list_modes(device, modes) : 0;
	}
	return count;
}
