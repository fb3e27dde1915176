#define _GNU_SOURCE /* mkostemp */
#include "recording/record_file.h"

#include <czmq.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "proto/base/memory.h"

struct ef_record_file {
	const char *path; /* borrowed */
	int fd;
	int regular;
	off_t size; /* bytes written */
	off_t whole; /* of them, of complete messages */
};

static int fail(const char *path, int error)
{
	zsys_error(
		"cannot write %s: %s; choose a file that you can write to", path, strerror(error));
	return -1;
}

/* Locks the existing file. Returns its file descriptor; -1 when there is none; -2 after logging
 * that it is in use. */
static int lock_old(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK) {
		zsys_error("cannot write %s: another program is recording to it or replaying it; "
			   "choose another file",
			path);
		close(fd);
		return -2;
	}
	return fd;
}

/* Replaces the old file by a new one: a process that has the old one open cannot read the
 * recording. */
static int replace(const char *path, const char *place)
{
	char *fresh = ef_memory_print("%s.XXXXXX", place);
	int fd = mkostemp(fresh, O_CLOEXEC);

	if (fd != -1) {
		flock(fd, LOCK_EX | LOCK_NB);
	}
	if (fd == -1 || fchmod(fd, 0600) == -1 || rename(fresh, place) == -1) {
		fail(path, errno);
		if (fd != -1) {
			close(fd);
			unlink(fresh);
		}
		fd = -1;
	}
	free(fresh);
	return fd;
}

static int open_regular(const char *path)
{
	char *place = realpath(path, NULL); /* keeps a symbolic link */
	int old = lock_old(path);
	int fd = old == -2 ? -1 : replace(path, place != NULL ? place : path);

	if (old >= 0) {
		close(old);
	}
	free(place);
	return fd;
}

static int open_other(const char *path)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDOUT_FILENO) : open(path, O_WRONLY | O_CLOEXEC);

	return fd == -1 ? fail(path, errno) : fd;
}

ef_record_file_t *ef_record_file_new(const char *path)
{
	ef_record_file_t *file = ef_memory_new(sizeof(*file));
	struct stat status;
	int there = stat(path, &status) == 0;

	file->path = path;
	file->regular = strcmp(path, "-") != 0 && (!there || S_ISREG(status.st_mode));
	file->fd = file->regular ? open_regular(path) : open_other(path);
	if (file->fd == -1) {
		freen(file);
	}
	return file;
}

int ef_record_file_write(ef_record_file_t *file, const void *data, size_t size)
{
	const uint8_t *next = data;
	size_t left = size;

	while (left > 0) {
		ssize_t wrote = write(file->fd, next, left);

		if (wrote == -1 && errno != EINTR) {
			int error = errno;

			if (file->regular && ftruncate(file->fd, file->whole) == -1) {
				zsys_warning("the last message in %s is incomplete", file->path);
			}
			zsys_error("cannot write %s: %s; the messages recorded before are kept",
				file->path, strerror(error));
			return -1;
		}
		if (wrote > 0) {
			next += wrote;
			left -= (size_t)wrote;
		}
	}
	file->size += (off_t)size;
	return 0;
}

void ef_record_file_keep(ef_record_file_t *file)
{
	file->whole = file->size;
}

int64_t ef_record_file_size(const ef_record_file_t *file)
{
	return file->size;
}

int ef_record_file_close(ef_record_file_t **file_p)
{
	ef_record_file_t *file = *file_p;
	int result = 0;

	if (file != NULL) {
		result = close(file->fd) == 0 ? 0 : fail(file->path, errno);
		free(file);
		*file_p = NULL;
	}
	return result;
}
