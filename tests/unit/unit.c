#define _GNU_SOURCE /* nftw */
#include "tests/unit/unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATHS_MAX 64

static char folder[] = "/tmp/ef.unit.XXXXXX";
static char paths[PATHS_MAX][96];

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static void remove_folder(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *unit_path(const char *prefix, const char *name)
{
	static int count;
	char *path = paths[count % PATHS_MAX];

	assert_true(count < PATHS_MAX);
	if (count == 0) {
		assert_non_null(mkdtemp(folder));
		atexit(remove_folder);
	}
	count++;
	snprintf(path, sizeof(paths[0]), "%s%s/%s", prefix, folder, name);
	return path;
}

int unit_lacks(const char *path)
{
	if (access(path, R_OK) == 0) {
		return 0;
	}
	print_message("SKIPPED: no %s\n", path);
	return 1;
}
