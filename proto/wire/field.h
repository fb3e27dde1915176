/* Typed access to the fields of a decoded msgpack map. Its content is untrusted: object may be NULL,
 * of any type, and out of range. Functions that return int return 0, or -1 when object is not such
 * a value; then *value is unchanged, or for an array undefined. */
#ifndef EF_FIELD_H
#define EF_FIELD_H

#include <msgpack.h>
#include <stddef.h>
#include <stdint.h>

/* True when object, which is not NULL, is this text. */
int ef_field_is(const msgpack_object *object, const char *text);

/* The value of a key of map, or NULL. When a peer repeats a key, its first value counts. */
const msgpack_object *ef_field_find(const msgpack_object *map, const char *key);

/* An unsigned integer. */
int ef_field_uint(const msgpack_object *object, uint64_t *value);

/* An integer within low..high, which are not negative. */
int ef_field_int(const msgpack_object *object, int low, int high, int *value);

/* A time in ns, clamped to EF_TIME_MAX, so that sums and differences of times fit into 64 bits. */
int ef_field_time(const msgpack_object *object, int64_t *value);

/* A finite number of any msgpack type, at most 1e9 in size; an array of exactly count of them. */
int ef_field_float(const msgpack_object *object, float *value);
int ef_field_floats(const msgpack_object *object, float *values, uint32_t count);

/* A text of at most most bytes without NUL, copied into a buffer of most + 1. */
int ef_field_text(const msgpack_object *object, char *text, size_t most);

/* A text of at most EF_NAME_MAX bytes without NUL, copied into a buffer of EF_NAME_MAX + 1. */
int ef_field_name(const msgpack_object *object, char *name);

#endif
