#include "proto/link/lock.h"

#include <czmq.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "proto/base/log.h"
#include "proto/base/memory.h"

#define TRIES 10 /* the file may be removed between opening and locking it */

struct ef_lock {
	int fd;
	char path[PATH_MAX]; /* of the file that is locked */
};

/* Reads "PID NAME" of the holder, for a message. It stays empty for a confined stage, which may
 * lock the file but not read it. */
static void read_holder(const char *path, char *holder, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t length = fd != -1 ? read(fd, holder, size - 1) : 0;

	if (fd != -1) {
		close(fd);
	}
	holder[length > 0 ? length : 0] = '\0';
	holder[strcspn(holder, "\n")] = '\0';
	/* Control characters from a file must not reach the log. */
	for (char *c = holder; *c != '\0'; c++) {
		*c = isprint((unsigned char)*c) ? *c : '?';
	}
}

static void tell_holder(const ef_lock_t *lock, const char *path)
{
	char holder[64];
	int pid = 0, end = 0;

	read_holder(lock->path, holder, sizeof(holder));
	if (sscanf(holder, "%d %n", &pid, &end) == 1 && holder[end] != '\0') {
		zsys_error("%s is already in use by effigy-%s (process %d); stop it, or choose "
			   "another endpoint",
			path, holder + end, pid);
	} else {
		zsys_error("%s is already in use by another program; stop it, or choose another "
			   "endpoint",
			path);
	}
}

/* True when the open file still has that name: the previous holder removes its file. */
static int is_current(int fd, const char *path)
{
	struct stat opened, named;

	return fstat(fd, &opened) == 0 && stat(path, &named) == 0 &&
	       opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

static int write_holder(int fd)
{
	return ftruncate(fd, 0) == 0 && dprintf(fd, "%d %s\n", getpid(), ef_log_name()) > 0 ? 0
											    : -1;
}

/* True for a file that is not a lock file, judged by its content. */
static int is_foreign(const char *path)
{
	char holder[64];
	int pid, end = 0;

	read_holder(path, holder, sizeof(holder));
	return *holder != '\0' && (sscanf(holder, "%d %n", &pid, &end) != 1 || end == 0);
}

/* Returns 0; 1 to try again; -1 after logging the reason. */
static int try_lock(ef_lock_t *lock, const char *path)
{
	lock->fd = open(lock->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (lock->fd == -1) {
		zsys_error("cannot create %s: %s; choose an endpoint in a folder that you can "
			   "write to",
			lock->path, strerror(errno));
		return -1;
	}
	if (flock(lock->fd, LOCK_EX | LOCK_NB) == -1) {
		tell_holder(lock, path);
		return -1;
	}
	if (!is_current(lock->fd, lock->path)) {
		close(lock->fd);
		return 1;
	}
	if (is_foreign(lock->path)) {
		zsys_error(
			"%s exists and is not a lock file of Effigy, so it is not replaced; choose "
			"another endpoint, or set EFFIGY_RUNTIME to an empty folder",
			lock->path);
		return -1;
	}
	if (write_holder(lock->fd) == -1) {
		zsys_warning("cannot write a name into the lock file %s: %s; the lock is held all "
			     "the same",
			lock->path, strerror(errno));
	}
	return 0;
}

ef_lock_t *ef_lock_new(const char *path)
{
	ef_lock_t *lock = ef_memory_new(sizeof(*lock));
	int result = 1;

	snprintf(lock->path, sizeof(lock->path), "%s.lock", path);
	for (int tries = 0; result == 1 && tries < TRIES; tries++) {
		result = try_lock(lock, path);
	}
	if (result == 1) {
		zsys_error("other programs keep creating and removing %s; choose another endpoint",
			lock->path);
	}
	if (result != 0) {
		if (lock->fd > 0) {
			close(lock->fd);
		}
		freen(lock);
	}
	return lock;
}

void ef_lock_destroy(ef_lock_t **lock_p)
{
	ef_lock_t *lock = *lock_p;

	if (lock != NULL) {
		unlink(lock->path);
		close(lock->fd);
		free(lock);
		*lock_p = NULL;
	}
}
