#include "blender-node/launcher/usage.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define GIB (UINT64_C(1) << 30)

uint64_t ef_usage_memory_max(void)
{
	uint64_t half = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE) / 2;

	return half < 4 * GIB ? half : 4 * GIB;
}

uint64_t ef_usage_memory(pid_t pid)
{
	char path[32];
	uint64_t pages = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	file = fopen(path, "re");
	if (file == NULL) {
		return 0;
	}
	if (fscanf(file, "%*s %" SCNu64, &pages) != 1) {
		pages = 0;
	}
	fclose(file);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t ef_usage_work(pid_t pid)
{
	char path[32], text[1024], *end;
	uint64_t user = 0, system = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL) {
		return 0;
	}
	/* The name, in brackets, may hold any byte; the 11 fields after it are not needed. */
	end = fgets(text, sizeof(text), file) != NULL ? strrchr(text, ')') : NULL;
	fclose(file);
	if (end == NULL ||
		sscanf(end + 1, " %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" SCNu64 " %" SCNu64,
			&user, &system) != 2) {
		return 0;
	}
	return user + system;
}

void ef_usage_limit_self(void)
{
	int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (score != -1) {
		if (write(score, "500", 3) != 3) {
			/* The score stays as it was. */
		}
		close(score);
	}
#ifndef __SANITIZE_ADDRESS__
	/* Drivers reserve far more address space than memory. */
	const rlim_t most = 2 * ef_usage_memory_max() + 2 * GIB;

	setrlimit(RLIMIT_DATA, &(struct rlimit){most, most});
#endif
}
