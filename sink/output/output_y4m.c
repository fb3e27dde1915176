/* Y4M: pictures as they are, with a line before each, to a file or to standard output. */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "proto/stage/stage.h"
#include "sink/output/new_file.h"
#include "sink/output/output.h"

#define WAIT_MS 100 /* how often a write that a reader holds up looks for a signal */

typedef struct {
	const char *shown;
	char path[PATH_MAX];
	int fd; /* -1: closed */
} y4m_t;

static ef_sink_result_t failed(const y4m_t *y4m)
{
	if (errno == EPIPE) {
		zsys_info("nobody reads %s any more", y4m->shown);
		return EF_SINK_CLOSED;
	}
	zsys_error("cannot write to %s: %s%s", y4m->shown, strerror(errno),
		errno == ENOSPC ? "; make room, then start again" : "");
	return EF_SINK_FAILED;
}

/* Writes all, or as much as there was until a signal. */
static ef_sink_result_t write_all(const y4m_t *y4m, struct iovec *part, int parts)
{
	while (parts > 0) {
		struct pollfd out = {.fd = y4m->fd, .events = POLLOUT};
		ssize_t wrote;

		/* A reader that stands still must not keep the stage from ending. */
		if (poll(&out, 1, WAIT_MS) <= 0) {
			if (ef_stage_stopping()) {
				return EF_SINK_CLOSED;
			}
			ef_stats_pulse();
			continue;
		}
		wrote = writev(y4m->fd, part, parts);
		if (wrote == -1 && errno != EINTR && errno != EAGAIN) {
			return failed(y4m);
		}
		while (wrote > 0 && (size_t)wrote >= part->iov_len) {
			wrote -= (ssize_t)part->iov_len;
			part++;
			parts--;
		}
		if (wrote > 0) {
			part->iov_base = (char *)part->iov_base + wrote;
			part->iov_len -= (size_t)wrote;
		}
	}
	return EF_SINK_OK;
}

/* A pipe is opened once more, not to block: set on the one we were given, that would hold for every
 * process that shares it. */
static int open_pipe(size_t picture)
{
	int fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd != -1) {
		/* Room for a picture: then writing one does not wait for the reader. The kernel
		 * may refuse; it then takes longer. */
		fcntl(fd, F_SETPIPE_SZ, (int)picture);
	}
	return fd;
}

static int open_stdout(y4m_t *y4m, size_t picture)
{
	struct stat status;

	y4m->shown = "standard output";
	if (isatty(STDOUT_FILENO)) {
		zsys_error("standard output is a terminal, which cannot show Y4M; pipe it on, as "
			   "in: effigy-sink - | ffplay -");
		return -1;
	}
	if (fstat(STDOUT_FILENO, &status) == 0 && S_ISFIFO(status.st_mode)) {
		y4m->fd = open_pipe(picture);
	}
	if (y4m->fd == -1) {
		y4m->fd = dup(STDOUT_FILENO);
	}
	if (y4m->fd == -1) {
		zsys_error("cannot write to standard output: %s; pipe it on, as in: "
			   "effigy-sink - | ffplay -",
			strerror(errno));
		return -1;
	}
	return 0;
}

static ef_sink_result_t y4m_open(void **self, const ef_sink_request_t *request)
{
	y4m_t *y4m = zmalloc(sizeof(*y4m));
	struct iovec part;
	char header[128];

	*self = y4m;
	y4m->fd = -1;
	y4m->shown = y4m->path;
	if (strcmp(request->name, "-") != 0) {
		ef_new_file(request, y4m->path, sizeof(y4m->path));
		y4m->fd = open(y4m->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		/* A named pipe's reader may stand still: that is waited for in write_all (). */
		if (y4m->fd != -1) {
			fcntl(y4m->fd, F_SETFL, O_NONBLOCK);
		}
	} else if (open_stdout(y4m, ef_image_size(EF_I420, request->w, request->h)) == -1) {
		return EF_SINK_FAILED;
	}
	if (y4m->fd == -1) {
		zsys_error("cannot create %s: %s; give a file in a folder you may write to",
			y4m->shown, strerror(errno));
		return EF_SINK_FAILED;
	}
	part.iov_base = header;
	part.iov_len = (size_t)snprintf(header, sizeof(header),
		"YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 C420jpeg\n", request->w, request->h,
		request->rate.num, request->rate.den);
	return write_all(y4m, &part, 1);
}

static ef_sink_result_t y4m_write(void *self, const ef_image_t *image, int64_t pts_ns)
{
	static char mark[] = "FRAME\n";
	struct iovec parts[2] = {
		{mark, sizeof(mark) - 1}, {(void *)(uintptr_t)image->data, image->size}};

	(void)pts_ns;
	return write_all(self, parts, 2);
}

static ef_sink_result_t y4m_close(void *self)
{
	y4m_t *y4m = self;
	ef_sink_result_t result = EF_SINK_OK;

	/* A file system may tell only now that it had no room. */
	if (y4m->fd != -1 && close(y4m->fd) != 0) {
		result = failed(y4m);
	}
	free(y4m);
	return result;
}

const ef_sink_output_t ef_sink_y4m = {EF_SINK_COUNTED, y4m_open, y4m_write, NULL, y4m_close, NULL};
