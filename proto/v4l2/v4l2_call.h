/* Calls of V4L2 devices, and what their failures mean. */
#ifndef EF_V4L2_CALL_H
#define EF_V4L2_CALL_H

#include <linux/videodev2.h>
#include <stddef.h>
#include <stdint.h>

/* The type of ioctl () and of libv4l2's v4l2_ioctl (). */
typedef int ef_ioctl_t(int fd, unsigned long request, ...);

/* Like call (fd, request, argument), but retries on EINTR until the program has been told to stop.
 * EAGAIN is returned to the caller. */
int ef_v4l2_call(ef_ioctl_t *call, int fd, unsigned long request, void *argument);

/* Likewise with ioctl (). */
int ef_v4l2_ioctl(int fd, unsigned long request, void *argument);

/* The V4L2_CAP_ flags of the device node, which may be fewer than those of the hardware. */
uint32_t ef_v4l2_capabilities(const struct v4l2_capability *able);

/* Writes to why what the errno of a failed call on path means and what to do about it: another
 * program uses the device, or permission is missing. Returns 0, or -1 for another errno. */
int ef_v4l2_explain(const char *path, int error, char *why, size_t size);

#endif
