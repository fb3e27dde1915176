#include "recording/index.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/memory.h"

#define HEAD 8 /* bytes of magic and size */
#define TAIL 12 /* bytes of count and signature */
#define ENTRY 16

static const char signature[8] = "effigyix";

void ef_index_finish(ef_index_t *index)
{
	free(index->entries);
	*index = (ef_index_t){0};
}

static void thin_out(ef_index_t *index)
{
	for (size_t i = 0; i < index->count; i += 2) {
		index->entries[i / 2] = index->entries[i];
	}
	index->count = (index->count + 1) / 2;
	index->each *= 2;
}

void ef_index_add(ef_index_t *index, int64_t offset, int64_t t)
{
	if (index->entries == NULL) {
		index->entries = ef_memory_new(EF_INDEX_MAX * sizeof(*index->entries));
		index->each = 1;
	}
	if (index->skipped > 0 && index->skipped < index->each) {
		index->skipped++;
		return;
	}
	if (index->count == EF_INDEX_MAX) {
		thin_out(index);
	}
	index->entries[index->count++] = (ef_index_entry_t){offset, t};
	index->skipped = 1;
}

static uint8_t *put32(uint8_t *to, uint32_t value)
{
	value = htole32(value);
	memcpy(to, &value, 4);
	return to + 4;
}

static uint8_t *put64(uint8_t *to, int64_t value)
{
	uint64_t bits = htole64((uint64_t)value);

	memcpy(to, &bits, 8);
	return to + 8;
}

uint8_t *ef_index_pack(const ef_index_t *index, size_t *size)
{
	uint8_t *frame, *to;

	*size = HEAD + ENTRY * index->count + TAIL;
	frame = to = ef_memory_new(*size);
	to = put32(to, EF_INDEX_MAGIC);
	to = put32(to, (uint32_t)(*size - HEAD));
	for (size_t i = 0; i < index->count; i++) {
		to = put64(to, index->entries[i].offset);
		to = put64(to, index->entries[i].t);
	}
	to = put32(to, (uint32_t)index->count);
	memcpy(to, signature, sizeof(signature));
	return frame;
}

static uint32_t get32(const uint8_t *from)
{
	uint32_t value;

	memcpy(&value, from, 4);
	return le32toh(value);
}

static int64_t get64(const uint8_t *from)
{
	uint64_t value;

	memcpy(&value, from, 8);
	return (int64_t)le64toh(value);
}

/* Takes the entries. Returns 1, or -1 when one cannot be true: offsets rise and lie before end. */
static int take_entries(ef_index_t *index, const uint8_t *data, size_t count, int64_t end)
{
	int64_t before = -1;

	index->entries = ef_memory_new((count + 1) * sizeof(*index->entries));
	for (size_t i = 0; i < count; i++) {
		ef_index_entry_t entry = {get64(data + ENTRY * i), get64(data + ENTRY * i + 8)};

		if (entry.offset <= before || entry.offset >= end) {
			ef_index_finish(index);
			return -1;
		}
		before = entry.offset;
		index->entries[index->count++] = entry;
	}
	return 1;
}

int ef_index_read(ef_index_t *index, int fd, int64_t size)
{
	uint8_t tail[TAIL], *frame;
	size_t count, length;
	int result = -1;

	if (size < HEAD + TAIL || pread(fd, tail, TAIL, size - TAIL) != TAIL ||
		memcmp(tail + 4, signature, sizeof(signature)) != 0) {
		return 0;
	}
	count = get32(tail);
	length = HEAD + ENTRY * count + TAIL;
	if (count > EF_INDEX_MAX || (int64_t)length > size) {
		return -1;
	}
	frame = ef_memory_new(length);
	if (pread(fd, frame, length, size - (int64_t)length) == (ssize_t)length &&
		get32(frame) == EF_INDEX_MAGIC && get32(frame + 4) == length - HEAD) {
		result = take_entries(index, frame + HEAD, count, size - (int64_t)length);
	}
	free(frame);
	return result;
}

const ef_index_entry_t *ef_index_find(const ef_index_t *index, int64_t t)
{
	const ef_index_entry_t *found = NULL;

	for (size_t i = 0; i < index->count && index->entries[i].t <= t; i++) {
		found = &index->entries[i];
	}
	return found;
}
