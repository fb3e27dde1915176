#include "capture/file/stdin.h"

#include <errno.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
#include <poll.h>
#include <unistd.h>

#include "proto/stage/stage.h"

#define BUFFER_BYTES 65536 /* a pipe's own size */
#define WAIT_MS 100 /* how often a read looks for a signal */

static int readable(int timeout_ms)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&in, 1, timeout_ms) > 0;
}

static int read_some(void *opaque, uint8_t *buffer, int size)
{
	(void)opaque;
	while (!ef_stage_stopping()) {
		ssize_t got;

		if (!readable(WAIT_MS)) {
			ef_stats_pulse(); /* the sender may be slow */
			continue;
		}
		got = read(STDIN_FILENO, buffer, (size_t)size);
		if (got > 0) {
			return (int)got;
		}
		if (got == 0) {
			return AVERROR_EOF;
		}
		if (errno != EINTR && errno != EAGAIN) {
			return AVERROR(errno);
		}
	}
	return AVERROR_EXIT;
}

AVIOContext *ef_stdin_new(void)
{
	uint8_t *buffer = av_malloc(BUFFER_BYTES);
	AVIOContext *context = NULL;

	if (buffer != NULL) {
		context = avio_alloc_context(buffer, BUFFER_BYTES, 0, NULL, read_some, NULL, NULL);
	}
	if (context == NULL) {
		av_free(buffer);
	}
	return context;
}

void ef_stdin_destroy(AVIOContext **context)
{
	if (*context != NULL) {
		av_freep(&(*context)->buffer);
		avio_context_free(context);
	}
}

int ef_stdin_ready(const AVIOContext *context, int timeout_ms)
{
	return context->buf_ptr < context->buf_end || readable(timeout_ms);
}
