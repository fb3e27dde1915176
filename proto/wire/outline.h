/* Checks the structure of a msgpack value before memory is allocated for it. */
#ifndef EF_SHAPE_H
#define EF_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#define EF_DEPTH_MAX 4 /* nesting of maps and arrays */
#define EF_OBJECTS_MAX 4096 /* values in one message */

/* msgpack-c allocates an array or a map by its declared count, before it reads the elements: a peer
 * could make it allocate gigabytes with five bytes, or with 64 MiB of one-byte numbers. This check
 * therefore walks through the declared counts first. It takes time in proportion to the number of
 * values, not of bytes.
 *
 * Returns NULL when data is exactly one msgpack map within the limits above and EF_MESSAGE_MAX,
 * else a static string with the reason. */
const char *ef_shape_check(const uint8_t *data, size_t size);

/* The same check for the first map of a stream, after which more bytes may follow. Sets *length to
 * the length of that map in bytes. */
const char *ef_shape_first(const uint8_t *data, size_t size, size_t *length);

/* True when a reason of these functions says that bytes are missing at the end: with more of them it
 * may be a map. */
int ef_shape_is_short(const char *why);

#endif
