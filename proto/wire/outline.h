/* The outline of a msgpack value, checked before anything is allocated for it. */
#ifndef EF_SHAPE_H
#define EF_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#define EF_DEPTH_MAX 4 /* maps and arrays inside each other */
#define EF_OBJECTS_MAX 4096 /* values in one message */

/* msgpack-c allocates an array or a map by the count it declares, before its elements are seen: a
 * peer could ask for gigabytes with five bytes, or with 64 MiB of one-byte numbers. So the counts
 * are walked first, which takes time in proportion to the values, not the bytes.
 *
 * Returns NULL when data is exactly one msgpack map within the limits above and EF_MESSAGE_MAX,
 * else a static reason. */
const char *ef_shape_check(const uint8_t *data, size_t size);

/* Finds the end of the first map in a stream of them: the same, but more may follow. *length is
 * the map's own length in bytes. */
const char *ef_shape_first(const uint8_t *data, size_t size, size_t *length);

#endif
