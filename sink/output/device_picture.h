/* An I420 picture in the format that a device's readers were promised. */
#ifndef EF_SINK_DEVICE_PICTURE_H
#define EF_SINK_DEVICE_PICTURE_H

#include "proto/wire/image.h"

typedef struct ef_device_picture ef_device_picture_t;

/* fourcc: YUYV, NV12, I420 or MJPG; w, h: pixels, even. NULL when memory runs out. */
ef_device_picture_t *ef_device_picture_new(uint32_t fourcc, int w, int h);
void ef_device_picture_destroy(ef_device_picture_t **picture);

/* Bytes that one picture takes, at most for MJPG. */
size_t ef_device_picture_room(const ef_device_picture_t *picture);

/* Sets *data and *size to image, I420 of that size, in the format; valid until the next call, and
 * image's own data for I420. Returns 0, or -1 when libturbojpeg refuses. */
int ef_device_picture_make(
	ef_device_picture_t *picture, const ef_image_t *image, const uint8_t **data, size_t *size);

#endif
