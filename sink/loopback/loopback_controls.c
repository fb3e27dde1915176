#include "sink/loopback/loopback_controls.h"

#include <string.h>

#include "proto/v4l2/v4l2_call.h"

/* Finds a control by its name: the numbers are not the same in every version of the module. */
static int find(int fd, const char *name, struct v4l2_control *control)
{
	struct v4l2_queryctrl known = {.id = V4L2_CTRL_FLAG_NEXT_CTRL};

	while (ef_v4l2_ioctl(fd, VIDIOC_QUERYCTRL, &known) == 0) {
		if (strcmp((const char *)known.name, name) == 0) {
			control->id = known.id;
			return 0;
		}
		known.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
	}
	return -1;
}

int ef_loopback_control_value(int fd, const char *name)
{
	struct v4l2_control control = {0};

	if (find(fd, name, &control) == -1 || ef_v4l2_ioctl(fd, VIDIOC_G_CTRL, &control) == -1) {
		return -1;
	}
	return control.value;
}

int ef_loopback_control(int fd, const char *name, int value)
{
	struct v4l2_control control = {.value = value};

	return find(fd, name, &control) == -1 ? -1 : ef_v4l2_ioctl(fd, VIDIOC_S_CTRL, &control);
}
