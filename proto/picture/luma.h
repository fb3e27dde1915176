/* Reads the luma plane of an image of the wire: all that tracking needs. */
#ifndef EF_LUMA_H
#define EF_LUMA_H

#include <stdint.h>

#include "proto/wire/image.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A view of 8-bit luma, rows top to bottom. */
typedef struct {
	const uint8_t *data; /* borrowed */
	int stride; /* bytes from row to row */
	int w, h; /* pixels */
} ef_luma_t;

/* The buffer and the JPEG decoder that some formats need, kept from image to image. */
typedef struct ef_luma_reader ef_luma_reader_t;

/* Never NULL. */
ef_luma_reader_t *ef_luma_reader_new(void);
void ef_luma_reader_destroy(ef_luma_reader_t **reader);

/* Sets *luma to the image's luma: in place for I420, NV12 and GREY, else in the reader's buffer,
 * valid until its next call. image must be ef_image_valid (). Returns 0, or -1 with the reason in
 * *why (valid as long) when a JPEG is broken, truncated or not of the declared size. */
int ef_luma_read(
	ef_luma_reader_t *reader, const ef_image_t *image, ef_luma_t *luma, const char **why);

#ifdef __cplusplus
}
#endif

#endif
