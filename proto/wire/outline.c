#include "proto/wire/outline.h"

#include "proto/wire/message.h"

/* Why the bytes end too early. */
static const char empty[] = "empty";
static const char truncated[] = "truncated";
static const char exceeding[] = "a declared length exceeds the message";

typedef struct {
	const uint8_t *at, *end;
	size_t objects;
} walk_t;

/* What follows a tag: bytes to skip, then the values that it contains. */
typedef struct {
	size_t length_bytes; /* of the big-endian length or count after the tag */
	size_t skip; /* payload bytes, to which a length is added */
	int counts; /* the length counts values: 1 an array, 2 a map */
	size_t inside; /* number of contained values, for the short forms */
	int bad;
} tag_t;

/* https://github.com/msgpack/msgpack/blob/master/spec.md */
static tag_t classify(uint8_t tag)
{
	static const uint8_t fixed[] = {0xca, 4, 0xcb, 8, 0xcc, 1, 0xcd, 2, 0xce, 4, 0xcf, 8, 0xd0,
		1, 0xd1, 2, 0xd2, 4, 0xd3, 8, 0xd4, 2, 0xd5, 3, 0xd6, 5, 0xd7, 9, 0xd8, 17};

	if (tag <= 0x7f || tag >= 0xe0 || tag == 0xc0 || tag == 0xc2 || tag == 0xc3) {
		return (tag_t){0};
	}
	if (tag <= 0x8f) {
		return (tag_t){.counts = 2, .inside = 2 * (size_t)(tag & 0x0f)};
	}
	if (tag <= 0x9f) {
		return (tag_t){.counts = 1, .inside = tag & 0x0f};
	}
	if (tag <= 0xbf) {
		return (tag_t){.skip = tag & 0x1f};
	}
	for (size_t i = 0; i < sizeof(fixed); i += 2) {
		if (fixed[i] == tag) {
			return (tag_t){.skip = fixed[i + 1]};
		}
	}
	switch (tag) {
	case 0xc4:
	case 0xd9: /* bin 8, str 8 */
		return (tag_t){.length_bytes = 1};
	case 0xc5:
	case 0xda:
		return (tag_t){.length_bytes = 2};
	case 0xc6:
	case 0xdb:
		return (tag_t){.length_bytes = 4};
	case 0xc7:
	case 0xc8:
	case 0xc9: /* ext 8, 16, 32: a type byte too */
		return (tag_t){.length_bytes = (size_t)1 << (tag - 0xc7), .skip = 1};
	case 0xdc:
	case 0xdd:
		return (tag_t){.length_bytes = tag == 0xdc ? 2 : 4, .counts = 1};
	case 0xde:
	case 0xdf:
		return (tag_t){.length_bytes = tag == 0xde ? 2 : 4, .counts = 2};
	default:
		return (tag_t){.bad = 1}; /* the format reserves 0xc1 */
	}
}

static const char *walk(walk_t *walker, int depth)
{
	size_t length = 0;
	tag_t tag;

	if (walker->at == walker->end) {
		return truncated;
	}
	if (++walker->objects > EF_OBJECTS_MAX) {
		return "too many values";
	}
	tag = classify(*walker->at++);
	if (tag.bad) {
		return "not msgpack";
	}
	if ((size_t)(walker->end - walker->at) < tag.length_bytes) {
		return truncated;
	}
	for (size_t i = 0; i < tag.length_bytes; i++) {
		length = length << 8 | *walker->at++;
	}
	if (tag.counts == 0) {
		if ((size_t)(walker->end - walker->at) < tag.skip + length) {
			return exceeding;
		}
		walker->at += tag.skip + length;
		return NULL;
	}
	if (depth == EF_DEPTH_MAX) {
		return "nested too deeply";
	}
	for (size_t left = tag.inside + (size_t)tag.counts * length; left > 0; left--) {
		const char *why = walk(walker, depth + 1);

		if (why != NULL) {
			return why;
		}
	}
	return NULL;
}

const char *ef_shape_first(const uint8_t *data, size_t size, size_t *length)
{
	walk_t walker = {.at = data, .end = data + size};
	const char *why;

	if (size == 0) {
		return empty;
	}
	if ((data[0] & 0xf0) != 0x80 && data[0] != 0xde && data[0] != 0xdf) {
		return "not a msgpack map";
	}
	why = walk(&walker, 0);
	*length = (size_t)(walker.at - data);
	if (why == NULL && *length > EF_MESSAGE_MAX) {
		return "larger than 64 MiB";
	}
	return why;
}

const char *ef_shape_check(const uint8_t *data, size_t size)
{
	size_t length;
	const char *why = ef_shape_first(data, size, &length);

	return why == NULL && length != size ? "trailing bytes after the map" : why;
}

int ef_shape_is_short(const char *why)
{
	return why == empty || why == truncated || why == exceeding;
}
