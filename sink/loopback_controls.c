#include "sink/loopback_controls.h"

#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>

/* By name: the numbers are not the same in every version of the module. */
int ef_loopback_control(int fd, const char *name, int value)
{
	struct v4l2_queryctrl known = {.id = V4L2_CTRL_FLAG_NEXT_CTRL};

	while (ioctl(fd, VIDIOC_QUERYCTRL, &known) == 0) {
		if (strcmp((const char *)known.name, name) == 0) {
			struct v4l2_control control = {.id = known.id, .value = value};

			return ioctl(fd, VIDIOC_S_CTRL, &control);
		}
		known.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
	}
	return -1;
}
