#include "recording/recorder.h"

#include <czmq.h>
#include <zstd.h>

#include "proto/base/memory.h"
#include "recording/index.h"
#include "recording/record_file.h"

#define LEVEL 3
/* A block ends after so much: what a reader has to unpack to reach a time in it. */
#define BLOCK_NS INT64_C(1000000000)
#define BLOCK_BYTES ((size_t)8 << 20)

struct ef_recorder {
	ef_record_file_t *file;
	ZSTD_CCtx *zstd;
	uint8_t *packed;
	size_t room; /* of packed */
	ef_index_t index;
	int64_t block_t; /* of the block's first message */
	size_t block_size; /* bytes of its messages; 0: there is no block */
	int is_broken;
};

/* Packs and writes. Returns 0, or -1 after logging the reason. */
static int put(ef_recorder_t *recorder, const void *data, size_t size, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = {data, size, 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {recorder->packed, recorder->room, 0};

		left = ZSTD_compressStream2(recorder->zstd, &out, &in, how);
		if (ZSTD_isError(left)) {
			zsys_error("cannot compress the recording: %s", ZSTD_getErrorName(left));
			recorder->is_broken = 1;
		} else if (ef_record_file_write(recorder->file, recorder->packed, out.pos) == -1) {
			recorder->is_broken = 1;
		}
	} while (left > 0 && !recorder->is_broken);
	if (!recorder->is_broken) {
		ef_record_file_keep(recorder->file);
	}
	return -recorder->is_broken;
}

static int end_block(ef_recorder_t *recorder)
{
	recorder->block_size = 0;
	return put(recorder, NULL, 0, ZSTD_e_end);
}

ef_recorder_t *ef_recorder_new(const char *path, const ef_header_t *header)
{
	ef_recorder_t *recorder = ef_memory_new(sizeof(*recorder));
	uint8_t *first;
	size_t size;

	recorder->zstd = ZSTD_createCCtx();
	recorder->room = ZSTD_CStreamOutSize();
	recorder->packed = ef_memory_new(recorder->room);
	recorder->file = ef_record_file_new(path);
	if (recorder->zstd == NULL || recorder->file == NULL) {
		recorder->is_broken = 1;
		ef_recorder_close(&recorder);
		return NULL;
	}
	ZSTD_CCtx_setParameter(recorder->zstd, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(recorder->zstd, ZSTD_c_checksumFlag, 1);
	first = ef_header_encode(header, &size);
	if (put(recorder, first, size, ZSTD_e_end) == -1) {
		ef_recorder_close(&recorder);
	}
	free(first);
	return recorder;
}

int ef_recorder_write(ef_recorder_t *recorder, int64_t t, const void *data, size_t size)
{
	int64_t since = t - recorder->block_t;

	if (recorder->block_size > 0 &&
		(since >= BLOCK_NS || since <= -BLOCK_NS || recorder->block_size >= BLOCK_BYTES) &&
		end_block(recorder) == -1) {
		return -1;
	}
	if (recorder->block_size == 0) {
		recorder->block_t = t;
		ef_index_add(&recorder->index, ef_record_file_size(recorder->file), t);
	}
	recorder->block_size += size;
	return put(recorder, data, size, ZSTD_e_flush);
}

static int write_index(ef_recorder_t *recorder)
{
	size_t size;
	uint8_t *frame;
	int result;

	if (recorder->block_size > 0 && end_block(recorder) == -1) {
		return -1;
	}
	frame = ef_index_pack(&recorder->index, &size);
	result = ef_record_file_write(recorder->file, frame, size);
	free(frame);
	return result;
}

int ef_recorder_close(ef_recorder_t **recorder_p)
{
	ef_recorder_t *recorder = *recorder_p;
	int result = 0;

	if (recorder != NULL) {
		result = recorder->is_broken ? -1 : write_index(recorder);
		result = ef_record_file_close(&recorder->file) == 0 ? result : -1;
		ef_index_finish(&recorder->index);
		ZSTD_freeCCtx(recorder->zstd);
		free(recorder->packed);
		free(recorder);
		*recorder_p = NULL;
	}
	return result;
}
