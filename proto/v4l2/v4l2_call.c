#include "proto/v4l2/v4l2_call.h"

#include <czmq.h>
#include <errno.h>
#include <sys/ioctl.h>

#include "proto/v4l2/holder.h"

int ef_v4l2_call(ef_ioctl_t *call, int fd, unsigned long request, void *argument)
{
	int result;

	do {
		result = call(fd, request, argument);
	} while (result == -1 && errno == EINTR && !zsys_interrupted);
	return result;
}

int ef_v4l2_ioctl(int fd, unsigned long request, void *argument)
{
	return ef_v4l2_call(ioctl, fd, request, argument);
}

uint32_t ef_v4l2_capabilities(const struct v4l2_capability *able)
{
	return able->capabilities & V4L2_CAP_DEVICE_CAPS ? able->device_caps : able->capabilities;
}

int ef_v4l2_explain(const char *path, int error, char *why, size_t size)
{
	char holder[64];

	if (error == EACCES || error == EPERM) {
		snprintf(why, size, "no permission; add yourself to the group video");
	} else if (error != EBUSY) {
		return -1;
	} else if (ef_holder_find(path, holder, sizeof(holder)) == 0) {
		snprintf(why, size, "in use by %s; close that program", holder);
	} else {
		snprintf(why, size, "in use by another program; close that program");
	}
	return 0;
}
