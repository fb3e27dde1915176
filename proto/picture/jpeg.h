/* JPEGs as cameras give them: some without an end, some broken, which spoil none after them. */
#ifndef EF_JPEG_H
#define EF_JPEG_H

#include <turbojpeg.h>

#include "proto/wire/image.h"

/* What is larger is refused from its head: a few bytes may claim 16384x16384. 7680x4320 fits. */
#define EF_JPEG_PIXELS_MAX (1 << 25)

/* As many passes over the whole picture may a JPEG ask for; a camera's has 1, and what FFmpeg or an
 * editor writes 10. */
#define EF_JPEG_SCANS_MAX 16

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
