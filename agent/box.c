#include "agent/box.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/report.h"
#include "proto/base/clock.h"

#define LINE_MAX_READ 256

/* Reads a regular file, at most size - 1 bytes, and ends them with NUL. Returns their number; 0 for
 * what cannot be read. *written: when it was written; may be NULL. */
static size_t read_file(const char *path, char *text, size_t size, struct timespec *written)
{
	/* O_NONBLOCK: another program may have made a pipe of that name. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat file;
	ssize_t length = 0;

	if (fd != -1 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode)) {
		length = read(fd, text, size - 1);
		if (written != NULL) {
			*written = file.st_mtim;
		}
	}
	if (fd != -1) {
		close(fd);
	}
	length = length > 0 ? length : 0;
	text[length] = '\0';
	return (size_t)length;
}

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* Returns the letter of the process's state, or 0 when there is no such process. */
static char process_state(int pid)
{
	char path[64], text[LINE_MAX_READ * 4];
	const char *after;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (read_file(path, text, sizeof(text), NULL) == 0) {
		return 0;
	}
	/* The name before it may contain anything. */
	after = strrchr(text, ')');
	return after != NULL && after[1] == ' ' ? after[2] : 0;
}

static void look_at(const char *folder, const char *stage, ef_report_t *report)
{
	char text[EF_STATISTICS_MAX];
	char path[PATH_MAX], line[LINE_MAX_READ];
	struct timespec written = {0};
	ef_supervised_t supervised;
	size_t size;

	snprintf(path, sizeof(path), "%s/state/%s", folder, stage);
	read_file(path, line, sizeof(line), NULL);
	ef_supervised_parse(&supervised, line);
	if (supervised.pid > 0) {
		supervised.process = process_state(supervised.pid);
	}
	snprintf(path, sizeof(path), "%s/stats/%s", folder, stage);
	size = read_file(path, text, sizeof(text), &written);
	ef_report_make(
		report, stage, text, size, seconds_since(&written), &supervised, ef_boot_seconds());
}

/* True for the file of a stage: other files there have a dot in their names, but for the one that the
 * watchdog touches. */
static int is_stage(const struct dirent *entry)
{
	size_t length = strspn(entry->d_name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return length > 0 && length <= EF_NAME_MAX && entry->d_name[length] == '\0' &&
	       strcmp(entry->d_name, "look") != 0;
}

static int has(const ef_reports_t *reports, const char *stage)
{
	for (size_t i = 0; i < reports->count; i++) {
		if (strcmp(reports->stages[i].stage, stage) == 0) {
			return 1;
		}
	}
	return 0;
}

/* Reports the stages with a file in folder/inner. */
static void look_in(const char *folder, const char *inner, ef_reports_t *reports)
{
	struct dirent **entries = NULL;
	char path[PATH_MAX];
	int count;

	snprintf(path, sizeof(path), "%s/%s", folder, inner);
	count = scandir(path, &entries, is_stage, alphasort);
	for (int i = 0; i < count; i++) {
		if (reports->count < EF_REPORTS_MAX && !has(reports, entries[i]->d_name)) {
			look_at(folder, entries[i]->d_name, &reports->stages[reports->count++]);
		}
		free(entries[i]);
	}
	free(entries);
}

void ef_box_look(const char *folder, ef_reports_t *reports)
{
	reports->count = 0;
	look_in(folder, "stats", reports);
	look_in(folder, "state", reports);
}
