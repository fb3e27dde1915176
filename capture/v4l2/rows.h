/* Rows as drivers give them, with bytes of padding at their ends, into rows as they travel. */
#ifndef EF_CAPTURE_ROWS_H
#define EF_CAPTURE_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that a w x h picture takes when its first plane has rows of stride bytes; the chroma rows
 * of I420 have half of that, those of NV12 the same, rounded up, as V4L2 defines it. A row of YUYV
 * may end with its last pixel, in the middle of a pair. 0 when the stride is too short or the format
 * has no rows (MJPG). */
size_t ef_rows_size(uint32_t fourcc, int w, int h, size_t stride);

/* Copies such a picture without its padding, its last pairs completed, to packed, which has room for
 * ef_image_size (). The caller has seen that from holds ef_rows_size () bytes, and that is not 0. */
void ef_rows_pack(
	uint32_t fourcc, int w, int h, const uint8_t *from, size_t stride, uint8_t *packed);

#endif
