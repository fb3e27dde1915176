/* Lists the modes of a V4L2 capture device. */
#ifndef EF_CAPTURE_V4L2_ENUMERATE_H
#define EF_CAPTURE_V4L2_ENUMERATE_H

#include "capture/v4l2/v4l2_device.h"
#include "capture/v4l2/v4l2_mode.h"

/* Lists the device's modes in formats of the wire. If it has none, switches to libv4l2 and lists
 * what that converts to. Returns how many. */
int ef_v4l2_enumerate(ef_device_t *device, ef_mode_t modes[EF_MODES_MAX]);

#endif
