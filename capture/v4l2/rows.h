/* Removes the padding that drivers add to the rows of a picture. */
#ifndef EF_CAPTURE_ROWS_H
#define EF_CAPTURE_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* Returns the bytes of a w x h picture whose first plane has rows of stride bytes. The chroma
 * rows of I420 have half of that, those of NV12 the same, rounded up, as V4L2 defines it. A row
 * of YUYV may end with its last pixel, in the middle of a pair. Returns 0 when the stride is too
 * short or the format has no rows (MJPG). */
size_t ef_rows_size(uint32_t fourcc, int w, int h, size_t stride);

/* Copies such a picture without its padding to packed, which has room for ef_image_size ()
 * bytes; an incomplete last pair of YUYV is completed. The caller has checked that ef_rows_size
 * () is not 0 and that from has so many bytes. */
void ef_rows_pack(
	uint32_t fourcc, int w, int h, const uint8_t *from, size_t stride, uint8_t *packed);

#endif
