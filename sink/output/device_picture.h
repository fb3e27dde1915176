/* Converts an I420 picture to the format of a virtual camera. */
#ifndef EF_SINK_DEVICE_PICTURE_H
#define EF_SINK_DEVICE_PICTURE_H

#include "proto/wire/image.h"

typedef struct ef_device_picture ef_device_picture_t;

/* fourcc: YUYV, NV12, I420 or MJPG; w, h: pixels, even. Returns NULL when libturbojpeg
 * cannot start. */
ef_device_picture_t *ef_device_picture_new(uint32_t fourcc, int w, int h);
void ef_device_picture_destroy(ef_device_picture_t **picture);

/* The bytes of one picture; for MJPG the most it can have. */
size_t ef_device_picture_room(const ef_device_picture_t *picture);

/* Sets *data and *size to image, I420 of that size, in the format. They are valid until the next
 * call; for I420 they are image's own data. Returns 0, or -1 when libturbojpeg fails. */
int ef_device_picture_make(
	ef_device_picture_t *picture, const ef_image_t *image, const uint8_t **data, size_t *size);

#endif
