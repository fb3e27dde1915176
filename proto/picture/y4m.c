#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "proto/picture/y4m.h"

#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "proto/stage/stats.h"

#define WAIT_MS 100 /* how often a write that a reader holds up looks for a signal */

/* Waits until fd takes more. Returns 0, or -1 with errno when the program has been told to stop. */
static int wait_writable(int fd)
{
	struct pollfd out = {.fd = fd, .events = POLLOUT};

	while (poll(&out, 1, WAIT_MS) <= 0) {
		if (zsys_interrupted) {
			errno = EINTR;
			return -1;
		}
		ef_stats_pulse();
	}
	return 0;
}

static int write_all(int fd, struct iovec *part, int parts)
{
	while (parts > 0) {
		ssize_t wrote;

		if (wait_writable(fd) == -1) {
			return -1;
		}
		wrote = writev(fd, part, parts);
		if (wrote == -1 && errno != EINTR && errno != EAGAIN) {
			return -1;
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
	return 0;
}

/* Makes room for a picture in a pipe: then writing one does not wait for the reader. The kernel may
 * refuse, and writing takes longer. A file is left as it is. */
static void make_room(int fd, size_t picture)
{
	if (picture > 0) {
		fcntl(fd, F_SETPIPE_SZ, (int)picture);
	}
}

int ef_y4m_open_stdout(size_t picture)
{
	struct stat status;
	int fd = -1;

	/* A pipe is opened once more, so that O_NONBLOCK does not hold for the other processes that
	 * share it. */
	if (fstat(STDOUT_FILENO, &status) == 0 && S_ISFIFO(status.st_mode)) {
		fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	}
	if (fd == -1) {
		return dup(STDOUT_FILENO);
	}
	make_room(fd, picture);
	return fd;
}

int ef_y4m_create(const char *path, size_t picture)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	/* Set afterwards: opening a named pipe has to wait for its reader. */
	if (fd != -1) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
		make_room(fd, picture);
	}
	return fd;
}

int ef_y4m_write_header(int fd, int w, int h, ef_rate_t rate)
{
	char header[128];
	struct iovec part = {.iov_base = header};

	part.iov_len = (size_t)snprintf(header, sizeof(header),
		"YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 C420jpeg\n", w, h, rate.num, rate.den);
	return write_all(fd, &part, 1);
}

int ef_y4m_write_picture(int fd, const uint8_t *i420, size_t size)
{
	static char mark[] = "FRAME\n";
	struct iovec parts[2] = {{mark, sizeof(mark) - 1}, {(void *)(uintptr_t)i420, size}};

	return write_all(fd, parts, 2);
}
