#include "proto/base/clock.h"

#include <stdio.h>
#include <time.h>

int64_t ef_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double ef_boot_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void ef_sleep_until(int64_t ns)
{
	struct timespec until = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

const char *ef_host_id(void)
{
	static char id[9];

	if (id[0] == '\0') {
		FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");

		if (file == NULL || fscanf(file, "%8[0-9a-f]", id) != 1) {
			snprintf(id, sizeof(id), "unknown");
		}
		if (file != NULL) {
			fclose(file);
		}
	}
	return id;
}
