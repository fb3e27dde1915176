/* Decodes JPEGs as webcams send them: some lack the end marker, some are broken. A broken one does
 * not affect the next. */
#ifndef EF_JPEG_H
#define EF_JPEG_H

#include <turbojpeg.h>

#include "proto/wire/image.h"

/* A larger JPEG is refused when its header is read: a few bytes may declare 16384x16384. 7680x4320
 * fits. */
#define EF_JPEG_PIXELS_MAX (1 << 25)

/* The most scans (passes over the whole image) a JPEG may have; a webcam's has 1, one that
 * FFmpeg or an editor wrote has 10. */
#define EF_JPEG_SCANS_MAX 16

typedef struct ef_jpeg ef_jpeg_t;

/* Never NULL. */
ef_jpeg_t *ef_jpeg_new(void);
void ef_jpeg_destroy(ef_jpeg_t **jpeg);

/* Decodes an EF_MJPG image to pixels: w x h in turbojpeg's format (TJPF_), rows packed. Returns
 * 0; 1 when a part of the image is damaged or missing; -1 when it cannot be decoded or is not of
 * the declared size. For 1 and -1 *why, valid until the next call, gives the reason. */
int ef_jpeg_read(
	ef_jpeg_t *jpeg, const ef_image_t *image, int format, uint8_t *pixels, const char **why);

#endif
