#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include <czmq.h>
#include <sys/mman.h>

void fuzz_check(int kept, const char *promise)
{
	if (!kept) {
		/* The code under test may close stderr. */
		printf("not kept: %s\n", promise);
		fflush(stdout);
		abort();
	}
}

void fuzz_quiet(void)
{
	static FILE *nowhere;

	if (nowhere == NULL) {
		nowhere = fopen("/dev/null", "w");
		fuzz_check(nowhere != NULL, "there is /dev/null");
		zsys_set_logstream(nowhere);
		zsys_handler_set(NULL);
	}
}

int fuzz_file(const uint8_t *data, size_t size, char path[32])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	fuzz_check(fd != -1 && write(fd, data, size) == (ssize_t)size, "a file in memory");
	lseek(fd, 0, SEEK_SET);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}
