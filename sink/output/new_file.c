#include "sink/output/new_file.h"

#include <czmq.h>
#include <fcntl.h>
#include <sys/stat.h>

#define TRIES 10000

/* "a/me.mp4" and 2 make "a/me.2.mp4". */
static void number(const char *name, int count, char *path, size_t size)
{
	const char *slash = strrchr(name, '/');
	const char *dot = strrchr(slash != NULL ? slash : name, '.');
	int stem = dot != NULL ? (int)(dot - name) : (int)strlen(name);

	if (count == 1) {
		snprintf(path, size, "%s", name);
	} else {
		snprintf(path, size, "%.*s.%d%s", stem, name, count, name + stem);
	}
}

/* True when writing to the path overwrites no data. Other errors are left to the caller's open
 * (). */
static int is_free(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	struct stat status;

	if (fd != -1) {
		close(fd);
		return 1;
	}
	return errno != EEXIST || stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
	       status.st_size == 0;
}

void ef_new_file(const ef_sink_request_t *request, char *path, size_t size)
{
	int count = 1;

	number(request->name, count, path, size);
	if (!request->live) {
		return;
	}
	while (!is_free(path) && count < TRIES) {
		number(request->name, ++count, path, size);
	}
	if (count > 1) {
		zsys_warning("%s exists and is kept; writing to %s", request->name, path);
	}
}
