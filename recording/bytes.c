#include "recording/bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "proto/base/memory.h"
#include "recording/index.h"

#define ROOM ((size_t)128 << 10)
#define HEAD 8 /* bytes that tell what kind of frame begins: RFC 8878, 3.1 */

struct ef_bytes {
	int fd;
	uint8_t in[ROOM];
	size_t at, filled; /* of in */
	int64_t used;
	int is_begun; /* it is known whether the file is packed */
	int is_packed, is_complete, is_cut;
	int is_inside; /* of a zstd frame */
	ZSTD_DCtx *zstd;
};

ef_bytes_t *ef_bytes_new(int fd)
{
	ef_bytes_t *bytes = ef_memory_new(sizeof(*bytes));

	bytes->fd = fd;
	return bytes;
}

void ef_bytes_destroy(ef_bytes_t **bytes_p)
{
	if (*bytes_p != NULL) {
		ZSTD_freeDCtx((*bytes_p)->zstd);
		free(*bytes_p);
		*bytes_p = NULL;
	}
}

/* Reads until there are count bytes, at most ROOM, or the file ends. Returns 0, or -1 with errno. */
static int fill(ef_bytes_t *bytes, size_t count)
{
	size_t left = bytes->filled - bytes->at;

	if (left >= count) {
		return 0;
	}
	memmove(bytes->in, bytes->in + bytes->at, left);
	bytes->at = 0;
	bytes->filled = left;
	while (bytes->filled < count) {
		ssize_t got = read(bytes->fd, bytes->in + bytes->filled, ROOM - bytes->filled);

		if (got == 0 || (got == -1 && errno != EINTR)) {
			return (int)got;
		}
		bytes->filled += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

static void use(ef_bytes_t *bytes, size_t count)
{
	bytes->at += count;
	bytes->used += (int64_t)count;
}

static uint32_t number_at(const uint8_t *data)
{
	return (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
	       (uint32_t)data[3] << 24;
}

static int is_skippable(uint32_t magic)
{
	return (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* Decides by the first bytes; a file of fewer than four may be the beginning of a packed one. */
static void begin(ef_bytes_t *bytes)
{
	static const uint8_t magic[] = {0x28, 0xb5, 0x2f, 0xfd};
	size_t there = bytes->filled - bytes->at;
	const uint8_t *data = bytes->in + bytes->at;

	bytes->is_begun = 1;
	bytes->is_packed = there >= sizeof(magic) ? memcmp(data, magic, sizeof(magic)) == 0 ||
							    is_skippable(number_at(data))
						  : there > 0 && memcmp(data, magic, there) == 0;
}

/* Passes over the frame whose head is there. Returns 1; 0 when the file has ended in it; -1 with
 * errno. */
static int skip_frame(ef_bytes_t *bytes)
{
	uint32_t magic = number_at(bytes->in + bytes->at);
	size_t left = number_at(bytes->in + bytes->at + 4);

	use(bytes, HEAD);
	while (left > 0) {
		size_t there;

		if (fill(bytes, 1) == -1) {
			return -1;
		}
		there = bytes->filled - bytes->at;
		if (there == 0) {
			return 0;
		}
		there = there < left ? there : left;
		use(bytes, there);
		left -= there;
	}
	bytes->is_complete = magic == EF_INDEX_MAGIC;
	return 1;
}

/* Enters the next frame with content. Returns 1, 0 at the end, -1 with the reason. */
static int enter_frame(ef_bytes_t *bytes, const char **why)
{
	int got = 1;

	while (got == 1) {
		size_t there;

		if (fill(bytes, HEAD) == -1) {
			got = -1;
			break;
		}
		there = bytes->filled - bytes->at;
		if (there >= 4 && number_at(bytes->in + bytes->at) == ZSTD_MAGICNUMBER) {
			bytes->is_inside = 1;
			bytes->is_complete = 0;
			ZSTD_DCtx_reset(bytes->zstd, ZSTD_reset_session_only);
			return 1;
		}
		if (there >= 4 && !is_skippable(number_at(bytes->in + bytes->at))) {
			*why = "no zstd frame begins here";
			return -1;
		}
		if (there < HEAD) {
			bytes->is_cut |= there > 0;
			use(bytes, there);
			return 0;
		}
		got = skip_frame(bytes);
		bytes->is_cut |= got == 0;
	}
	*why = got == -1 ? strerror(errno) : NULL;
	return got;
}

/* Returns the number of bytes unpacked: 0 when the frame needs more; -1 with the reason. */
static ssize_t unpack(ef_bytes_t *bytes, uint8_t *data, size_t room, const char **why)
{
	ZSTD_inBuffer in = {bytes->in + bytes->at, bytes->filled - bytes->at, 0};
	ZSTD_outBuffer out = {data, room, 0};
	size_t left = ZSTD_decompressStream(bytes->zstd, &out, &in);

	if (ZSTD_isError(left)) {
		*why = ZSTD_getErrorName(left);
		return -1;
	}
	use(bytes, in.pos);
	bytes->is_inside = left > 0;
	return (ssize_t)out.pos;
}

static ssize_t read_packed(ef_bytes_t *bytes, uint8_t *data, size_t room, const char **why)
{
	ssize_t got = 0;

	if (bytes->zstd == NULL) {
		bytes->zstd = ZSTD_createDCtx();
		if (bytes->zstd == NULL) {
			*why = strerror(ENOMEM);
			return -1;
		}
		ZSTD_DCtx_setParameter(bytes->zstd, ZSTD_d_windowLogMax, EF_BYTES_WINDOW_LOG);
	}
	while (got == 0) {
		size_t before = bytes->at;

		if (!bytes->is_inside) {
			int entered = enter_frame(bytes, why);

			if (entered != 1) {
				return entered;
			}
		}
		/* What zstd has taken may still be unpacked without more of the file. */
		got = unpack(bytes, data, room, why);
		if (got == 0 && bytes->is_inside && bytes->at == before) {
			if (fill(bytes, bytes->filled - bytes->at + 1) == -1) {
				*why = strerror(errno);
				return -1;
			}
			if (bytes->at == bytes->filled) {
				bytes->is_cut = 1;
				return 0;
			}
		}
	}
	return got;
}

static ssize_t read_plain(ef_bytes_t *bytes, uint8_t *data, size_t room, const char **why)
{
	size_t there;

	if (fill(bytes, 1) == -1) {
		*why = strerror(errno);
		return -1;
	}
	there = bytes->filled - bytes->at;
	there = there < room ? there : room;
	memcpy(data, bytes->in + bytes->at, there);
	use(bytes, there);
	return (ssize_t)there;
}

ssize_t ef_bytes_read(ef_bytes_t *bytes, uint8_t *data, size_t room, const char **why)
{
	if (!bytes->is_begun) {
		if (fill(bytes, 4) == -1) {
			*why = strerror(errno);
			return -1;
		}
		begin(bytes);
	}
	if (bytes->is_packed) {
		return read_packed(bytes, data, room, why);
	}
	return read_plain(bytes, data, room, why);
}

int ef_bytes_seek(ef_bytes_t *bytes, int64_t offset)
{
	if (lseek(bytes->fd, offset, SEEK_SET) == -1) {
		return -1;
	}
	bytes->at = bytes->filled = 0;
	bytes->used = offset;
	bytes->is_inside = bytes->is_complete = bytes->is_cut = 0;
	return 0;
}

int64_t ef_bytes_used(const ef_bytes_t *bytes)
{
	return bytes->used;
}

int ef_bytes_is_packed(const ef_bytes_t *bytes)
{
	return bytes->is_packed;
}

int ef_bytes_is_complete(const ef_bytes_t *bytes)
{
	return bytes->is_complete;
}

int ef_bytes_is_cut(const ef_bytes_t *bytes)
{
	return bytes->is_cut;
}
