#include "proto/v4l2/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A container may have its own node of a device, so device numbers are compared. */
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
			for (char *at = name; *at != '\0'; at++) {
				/* A process chooses its name, which goes to terminals and
				 * scripts. */
				*at = iscntrl((unsigned char)*at) ? '?' : *at;
			}
		}
		fclose(file);
	}
	snprintf(text, size, "%s (pid %s)", name, pid);
}

/* Appends a process, if text has room for all of its description. */
static void add(char *text, size_t size, const char *pid)
{
	char holder[64];
	size_t used = strlen(text);

	describe(pid, holder, sizeof(holder));
	if (used + strlen(holder) + 3 <= size) {
		snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", holder);
	}
}

/* Finds at most so many processes. Returns how many were found. */
static int find(const char *path, int most, char *text, size_t size)
{
	struct dirent *entry;
	struct stat wanted;
	char own[16];
	DIR *proc;
	int found = 0;

	text[0] = '\0';
	snprintf(own, sizeof(own), "%d", (int)getpid());
	if (stat(path, &wanted) != 0) {
		return 0;
	}
	proc = opendir("/proc");
	if (proc == NULL) {
		return 0;
	}
	while (found < most && (entry = readdir(proc)) != NULL) {
		if (isdigit((unsigned char)entry->d_name[0]) && strcmp(entry->d_name, own) != 0 &&
			has_open(entry->d_name, &wanted)) {
			add(text, size, entry->d_name);
			found++;
		}
	}
	closedir(proc);
	return found;
}

int ef_holder_find(const char *path, char *text, size_t size)
{
	return find(path, 1, text, size) == 1 ? 0 : -1;
}

int ef_holder_list(const char *path, char *text, size_t size)
{
	return find(path, INT_MAX, text, size);
}
