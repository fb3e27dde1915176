#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blender-node/launcher/confine.h"

static char root[] = "/tmp/ef-confine-XXXXXX";

static const char *in_root(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

static int make_folders(void **state)
{
	static const char *const folders[] = {"own", "made", "other", "all"};
	static const char *const files[] = {"own/file", "made/file", "other/file"};

	(void)state;
	assert_non_null(mkdtemp(root));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(mkdir(in_root(folders[i]), 0700), 0);
	}
	for (int i = 0; i < 3; i++) {
		int fd = open(in_root(files[i]), O_WRONLY | O_CREAT, 0600);

		assert_int_not_equal(fd, -1);
		close(fd);
	}
	assert_int_equal(symlink("../other/file", in_root("own/link")), 0);
	return 0;
}

static int remove_folders(void **state)
{
	static const char *const names[] = {"own/link", "own/file", "own", "made/file", "made/new",
		"made", "other/file", "other", "all/new", "all", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		remove(in_root(names[i]));
	}
	return 0;
}

/* errno of open, or 0. */
static int error_of(const char *path, int flags)
{
	int fd = open(path, flags, 0600);
	int error = fd == -1 ? errno : 0;

	if (fd != -1) {
		close(fd);
	}
	return error;
}

/* In the child: the number of the attempt that failed, or 0. */
static int attempt(void)
{
	const struct {
		const char *path;
		int flags, error;
	} attempts[] = {
		{"own/file", O_RDONLY, 0},
		{"own", O_RDONLY | O_DIRECTORY, 0},
		{"own/file", O_WRONLY, EACCES},
		{"own/new", O_WRONLY | O_CREAT, EACCES},
		{"own/link", O_RDONLY, EACCES},
		{"own/../other/file", O_RDONLY, EACCES},
		{"made/file", O_WRONLY | O_TRUNC, 0},
		{"made/file", O_RDONLY, EACCES},
		{"made/new", O_WRONLY | O_CREAT | O_EXCL, 0},
		{"other/file", O_RDONLY, EACCES},
		{"other/file", O_WRONLY, EACCES},
		{"all/new", O_RDWR | O_CREAT | O_EXCL, 0},
	};
	int count = (int)(sizeof(attempts) / sizeof(attempts[0]));

	for (int i = 0; i < count; i++) {
		if (error_of(in_root(attempts[i].path), attempts[i].flags) != attempts[i].error) {
			return i + 1;
		}
	}
	if (error_of("/usr/bin/env", O_RDONLY) != 0 || error_of("/dev/null", O_RDWR) != 0 ||
		error_of("/proc/self/status", O_RDONLY) != 0) {
		return count + 1;
	}
	/* Other processes are closed, and so are files through their descriptors. */
	if (error_of("/proc/1/status", O_RDONLY) != EACCES ||
		error_of("/proc/self/root/root", O_RDONLY) != EACCES ||
		error_of("/root", O_RDONLY) != EACCES || error_of("/home", O_RDONLY) != EACCES ||
		error_of("/dev/tty", O_RDONLY) != EACCES || error_of("/dev", O_RDONLY) != EACCES) {
		return count + 2;
	}
	return 0;
}

static void opens_only_allowed_paths(void **state)
{
	ef_confine_t *confine;
	int status;
	pid_t pid;

	(void)state;
	if (!ef_confine_works()) {
		print_message("SKIPPED: this kernel has no Landlock\n");
		skip();
	}
	confine = ef_confine_new();
	assert_non_null(confine);
	ef_confine_allow(confine, in_root("own"), EF_CONFINE_READ);
	ef_confine_allow(confine, in_root("made"), EF_CONFINE_MAKE);
	ef_confine_allow(confine, in_root("all"), EF_CONFINE_ALL);
	ef_confine_allow(confine, in_root("gone"), EF_CONFINE_ALL);
	pid = fork();
	if (pid == 0) {
		_exit(ef_confine_enter(confine) == 0 ? attempt() : 99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	ef_confine_destroy(&confine);
	assert_null(confine);
	/* The parent is not confined. */
	assert_int_equal(error_of(in_root("other/file"), O_RDONLY), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_only_allowed_paths),
	};

	return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
