/* V4L2's codes of the picture formats of the wire. */
#ifndef EF_V4L2_FOURCC_H
#define EF_V4L2_FOURCC_H

#include <stdint.h>

#include "proto/wire/image.h"

/* Returns the wire's code for a V4L2 pixel format, or 0 for one that the wire does not have. */
uint32_t ef_fourcc_from_v4l2(uint32_t v4l2);

/* Returns the V4L2 pixel format for a code of the wire, or 0 for one that V4L2 does not have. */
uint32_t ef_fourcc_to_v4l2(uint32_t fourcc);

/* Writes the name of a V4L2 pixel format, the wire's where it has one: "I420", not "YU12". Returns
 * text. */
const char *ef_fourcc_v4l2_name(uint32_t v4l2, char text[5]);

#endif
