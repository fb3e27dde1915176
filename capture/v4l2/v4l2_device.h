/* A V4L2 capture device: its modes, settings and buffers. libv4l2 is used only for a device that
 * has none of the formats of the wire. */
#ifndef EF_CAPTURE_V4L2_DEVICE_H
#define EF_CAPTURE_V4L2_DEVICE_H

#include <linux/videodev2.h>
#include <stddef.h>

#include "capture/v4l2/v4l2_mode.h"

#define EF_DEVICE_BUFFERS 4 /* one in use here, one being filled, two in reserve */

typedef struct {
	const char *path; /* borrowed */
	int fd; /* -1: closed */
	int converted; /* by libv4l2, to which every call then goes */
	char card[32], bus[32]; /* "HD Pro Webcam C920", "usb-0000:00:14.0-1" */
	uint32_t fourcc; /* of the wire */
	uint32_t source; /* V4L2 code of the format that libv4l2 converts */
	int w, h;
	size_t stride; /* bytes of a row of the first plane */
	double fps; /* granted by the driver; 0: not known */
	int buffers;
	struct {
		void *start;
		size_t length;
	} buffer[EF_DEVICE_BUFFERS];
} ef_device_t;

/* Like ioctl (), but retries on EINTR. EAGAIN is returned to the caller. */
int ef_device_ioctl(const ef_device_t *device, unsigned long request, void *argument);

/* Opens path, which is borrowed until the close, if it can capture video. Returns 0, or -1 with the
 * reason in why. */
int ef_device_open(ef_device_t *device, const char *path, char *why, size_t size);

/* False once an open device has been unplugged. */
int ef_device_is_there(const ef_device_t *device);

/* Asks for a mode and a rate (num 0: any), accepts what the driver grants, and starts streaming.
 * Returns 0, or -1 with the reason in why. */
int ef_device_start(
	ef_device_t *device, const ef_mode_choice_t *mode, ef_rate_t rate, char *why, size_t size);

/* Stops and closes; may be called at any time. */
void ef_device_close(ef_device_t *device);

#endif
