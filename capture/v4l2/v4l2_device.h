/* One V4L2 camera: its modes, its settings, its buffers. libv4l2 stands in between only for a camera
 * that has none of the formats of the wire. */
#ifndef EF_CAPTURE_V4L2_DEVICE_H
#define EF_CAPTURE_V4L2_DEVICE_H

#include <linux/videodev2.h>
#include <stddef.h>

#include "capture/input.h"
#include "capture/v4l2/v4l2_mode.h"

#define EF_DEVICE_BUFFERS 4 /* one with us, one being filled, two for a late reader */

typedef struct {
	const char *path; /* borrowed */
	int fd; /* -1: closed */
	int converted; /* by libv4l2, which then takes every call */
	char card[32], bus[32]; /* "HD Pro Webcam C920", "usb-0000:00:14.0-1" */
	uint32_t fourcc; /* of the wire */
	uint32_t source; /* V4L2's, of what libv4l2 converts */
	int w, h;
	size_t stride; /* bytes of a row of the first plane */
	double fps; /* granted; 0: not told */
	int buffers;
	struct {
		void *start;
		size_t length;
	} buffer[EF_DEVICE_BUFFERS];
} ef_device_t;

/* Like ioctl (), but goes on when a signal interrupts it. EAGAIN is an answer, not retried. */
int ef_device_ioctl(const ef_device_t *device, unsigned long request, void *argument);

/* Opens path, which is borrowed until the close, if it is a camera. Returns 0, or -1 with the reason
 * in why. */
int ef_device_open(ef_device_t *device, const char *path, char *why, size_t size);

/* False once an open camera has been unplugged. */
int ef_device_is_there(const ef_device_t *device);

/* Lists what the camera can do, in modes of the wire's formats. Where it has none of them, libv4l2
 * is put in between and its conversions are listed. Returns how many. */
int ef_device_modes(ef_device_t *device, ef_mode_t modes[EF_MODES_MAX]);

/* Asks for the best mode for the request, takes what the driver grants, and starts streaming.
 * Returns 0, or -1 with the reason in why. */
int ef_device_start(
	ef_device_t *device, const ef_capture_request_t *request, char *why, size_t size);

/* Stops and closes; may be called at any time. */
void ef_device_close(ef_device_t *device);

#endif
