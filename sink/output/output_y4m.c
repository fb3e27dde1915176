/* Output of Y4M, uncompressed pictures, to a file or to standard output. */
#include <czmq.h>
#include <errno.h>

#include "proto/base/memory.h"
#include "proto/picture/y4m.h"
#include "sink/output/new_file.h"
#include "sink/output/output.h"

typedef struct {
	const char *shown;
	char path[PATH_MAX];
	int fd; /* -1: closed */
} y4m_t;

static ef_sink_result_t failed(const y4m_t *y4m)
{
	if (errno == EINTR) {
		return EF_SINK_CLOSED; /* told to stop while the reader did not read */
	}
	if (errno == EPIPE) {
		zsys_info("nobody reads %s any more", y4m->shown);
		return EF_SINK_CLOSED;
	}
	zsys_error("cannot write to %s: %s%s", y4m->shown, strerror(errno),
		errno == ENOSPC ? "; free some disk space, then start again" : "");
	return EF_SINK_FAILED;
}

static ef_sink_result_t open_stdout(y4m_t *y4m, size_t picture)
{
	y4m->shown = "standard output";
	if (isatty(STDOUT_FILENO)) {
		zsys_error("standard output is a terminal, which cannot show Y4M; pipe it into a "
			   "player: effigy-sink - | ffplay -");
		return EF_SINK_FAILED;
	}
	y4m->fd = ef_y4m_open_stdout(picture);
	if (y4m->fd == -1) {
		zsys_error("cannot write to standard output: %s; pipe it into a player: "
			   "effigy-sink - | ffplay -",
			strerror(errno));
		return EF_SINK_FAILED;
	}
	return EF_SINK_OK;
}

static ef_sink_result_t open_file(y4m_t *y4m, const ef_sink_request_t *request)
{
	y4m->shown = y4m->path;
	ef_new_file(request, y4m->path, sizeof(y4m->path));
	y4m->fd = ef_y4m_create(y4m->path, ef_image_size(EF_I420, request->w, request->h));
	if (y4m->fd == -1 && errno == EINTR) {
		return EF_SINK_CLOSED; /* told to stop while no program had opened the pipe */
	}
	if (y4m->fd == -1) {
		zsys_error("cannot create %s: %s; give a file in a folder you may write to",
			y4m->shown, strerror(errno));
		return EF_SINK_FAILED;
	}
	return EF_SINK_OK;
}

static ef_sink_result_t y4m_open(void **self, const ef_sink_request_t *request)
{
	y4m_t *y4m = ef_memory_new(sizeof(*y4m));
	ef_sink_result_t result;

	*self = y4m;
	y4m->fd = -1;
	result = strcmp(request->name, "-") == 0
			 ? open_stdout(y4m, ef_image_size(EF_I420, request->w, request->h))
			 : open_file(y4m, request);
	if (result == EF_SINK_OK &&
		ef_y4m_write_header(y4m->fd, request->w, request->h, request->rate) == -1) {
		result = failed(y4m);
	}
	return result;
}

static ef_sink_result_t y4m_write(void *self, const ef_image_t *image, int64_t pts_ns)
{
	y4m_t *y4m = self;

	(void)pts_ns;
	return ef_y4m_write_picture(y4m->fd, image->data, image->size) == 0 ? EF_SINK_OK
									    : failed(y4m);
}

static ef_sink_result_t y4m_close(void *self)
{
	y4m_t *y4m = self;
	ef_sink_result_t result = EF_SINK_OK;

	/* A file system may report only now that it had no room. */
	if (y4m->fd != -1 && close(y4m->fd) != 0) {
		result = failed(y4m);
	}
	free(y4m);
	return result;
}

const ef_sink_output_t ef_sink_y4m = {EF_SINK_COUNTED, y4m_open, y4m_write, NULL, y4m_close, NULL};
