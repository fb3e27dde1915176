/* The index at the end of a recording: where its blocks are. zstdcat passes over it.
 *
 * It is a skippable frame of zstd (RFC 8878, 3.1.2). All numbers are little-endian:
 *
 *     u32 magic, u32 size of what follows, count times (u64 offset, s64 t), u32 count, 8 bytes "effigyix"
 *
 * offset is the byte of the file where a zstd frame begins, t the time in ns of its first message. */
#ifndef EF_INDEX_H
#define EF_INDEX_H

#include <stddef.h>
#include <stdint.h>

#define EF_INDEX_MAGIC 0x184D2A5Bu
#define EF_INDEX_MAX 65536 /* entries */

typedef struct {
	int64_t offset;
	int64_t t;
} ef_index_entry_t;

/* Zero-initialised. */
typedef struct {
	ef_index_entry_t *entries;
	size_t count;
	size_t skipped, each; /* with a full index, only one in so many blocks gets an entry */
} ef_index_t;

/* Frees the entries. */
void ef_index_finish(ef_index_t *index);

/* Adds a block. When the index is full, every other entry goes, and every other block has none. */
void ef_index_add(ef_index_t *index, int64_t offset, int64_t t);

/* Returns the frame's bytes, which the caller frees, and their number in *size. */
uint8_t *ef_index_pack(const ef_index_t *index, size_t *size);

/* Reads the index at the end of a file of that size. Returns 1; 0 when there is none; -1 when there
 * is one whose form is wrong. */
int ef_index_read(ef_index_t *index, int fd, int64_t size);

/* Returns the last entry before the first one that is later than t; NULL when all are later. */
const ef_index_entry_t *ef_index_find(const ef_index_t *index, int64_t t);

#endif
