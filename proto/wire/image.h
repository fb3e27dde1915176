/* Images in messages: packed planes, rows from top to bottom. */
#ifndef EF_IMAGE_H
#define EF_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define EF_FOURCC(a, b, c, d)                                                                      \
	((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* The values are libyuv's, and V4L2's but for the exceptions in proto/v4l2/fourcc.c. */
#define EF_I420 EF_FOURCC('I', '4', '2', '0')
#define EF_YUYV EF_FOURCC('Y', 'U', 'Y', 'V')
#define EF_NV12 EF_FOURCC('N', 'V', '1', '2')
#define EF_MJPG EF_FOURCC('M', 'J', 'P', 'G')
#define EF_GREY EF_FOURCC('G', 'R', 'E', 'Y')
#define EF_RGBA EF_FOURCC('R', 'G', 'B', 'A') /* bytes R, G, B, A in memory order */

#define EF_SIDE_MAX 16384 /* largest width or height, pixels */

typedef struct {
	uint32_t fourcc;
	int w, h; /* pixels */
	const uint8_t *data; /* borrowed */
	size_t size; /* bytes */
} ef_image_t;

/* Bytes of a w x h image, chroma rounded up for odd sides; 0 for a format without a fixed size
 * (MJPG), an unknown format, or a side outside 1..EF_SIDE_MAX. */
size_t ef_image_size(uint32_t fourcc, int w, int h);

/* True when the data has the exact size for format and sides; for MJPG, when it is not empty. */
int ef_image_valid(const ef_image_t *image);

/* Writes the four characters, such as "I420", and a NUL to text; returns text. */
const char *ef_fourcc_name(uint32_t fourcc, char text[5]);

/* The format of that name, or 0 when it is not one of those above. */
uint32_t ef_fourcc_parse(const char *text, size_t length);

#endif
