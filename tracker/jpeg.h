/* JPEGs as cameras give them: some without an end, some broken, which spoil none after them. */
#ifndef EF_JPEG_H
#define EF_JPEG_H

#include <turbojpeg.h>

#include "proto/image.h"

typedef struct ef_jpeg ef_jpeg_t;

/* NULL when memory runs out. */
ef_jpeg_t *ef_jpeg_new(void);
void ef_jpeg_destroy(ef_jpeg_t **jpeg);

/* Decodes a picture of EF_MJPG to pixels, w x h of turbojpeg's format (TJPF_), rows packed. Returns
 * 0; 1 when a part of the picture is wrong or missing; -1 when it cannot be decoded or is not of the
 * size it is said to be. For the latter two *why, valid until the next call, tells the reason. */
int ef_jpeg_read(
	ef_jpeg_t *jpeg, const ef_image_t *image, int format, uint8_t *pixels, const char **why);

#endif
