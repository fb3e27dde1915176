#include "proto/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A container may have a device node of its own: what counts is the device behind it. */
static int is_same(const struct stat *a, const struct stat *b)
{
	if (S_ISCHR(a->st_mode) && S_ISCHR(b->st_mode)) {
		return a->st_rdev == b->st_rdev;
	}
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static int has_open(const char *pid, const struct stat *wanted)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *folder;
	int found = 0;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	folder = opendir(path);
	if (folder == NULL) {
		return 0;
	}
	while (!found && (entry = readdir(folder)) != NULL) {
		struct stat status;

		found = fstatat(dirfd(folder), entry->d_name, &status, 0) == 0 &&
			is_same(&status, wanted);
	}
	closedir(folder);
	return found;
}

static void describe(const char *pid, char *text, size_t size)
{
	char path[PATH_MAX], name[32] = "a process";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "r");
	if (file != NULL) {
		if (fgets(name, sizeof(name), file) != NULL) {
			name[strcspn(name, "\n")] = '\0';
		}
		fclose(file);
	}
	snprintf(text, size, "%s (pid %s)", name, pid);
}

/* The next process that has the file open, other than this one: its pid, or NULL. */
static const char *next_holder(DIR *proc, const struct stat *wanted)
{
	struct dirent *entry;
	char own[16];

	snprintf(own, sizeof(own), "%d", (int)getpid());
	while ((entry = readdir(proc)) != NULL) {
		if (isdigit((unsigned char)entry->d_name[0]) && strcmp(entry->d_name, own) != 0 &&
			has_open(entry->d_name, wanted)) {
			return entry->d_name;
		}
	}
	return NULL;
}

int ef_holder_find(const char *path, char *text, size_t size)
{
	const char *pid = NULL;
	struct stat wanted;
	DIR *proc = stat(path, &wanted) == 0 ? opendir("/proc") : NULL;

	if (proc != NULL) {
		pid = next_holder(proc, &wanted);
		if (pid != NULL) {
			describe(pid, text, size);
		}
		closedir(proc);
	}
	return pid != NULL ? 0 : -1;
}

int ef_holder_count(const char *path)
{
	struct stat wanted;
	DIR *proc = stat(path, &wanted) == 0 ? opendir("/proc") : NULL;
	int count = 0;

	if (proc != NULL) {
		while (next_holder(proc, &wanted) != NULL) {
			count++;
		}
		closedir(proc);
	}
	return count;
}
