#define _GNU_SOURCE /* O_PATH */

#include "blender-node/launcher/confine.h"

#include <czmq.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "proto/base/memory.h"

/* Newer than the headers of Debian 12. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14) /* version 3 */
#endif

#define READ                                                                                       \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define MAKE                                                                                       \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE |                             \
		LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |                     \
		LANDLOCK_ACCESS_FS_MAKE_SOCK)
#define FOLDERS                                                                                    \
	(LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SYM)
/* Handled but never allowed: other kinds of files. */
#define NEVER                                                                                      \
	(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_FIFO |                             \
		LANDLOCK_ACCESS_FS_MAKE_BLOCK)
/* The rights that a rule for a file may contain. */
#define OF_FILES                                                                                   \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |                               \
		LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)

struct ef_confine {
	int rules; /* descriptor */
	uint64_t handled;
};

/* Landlock's version; below 1 without it. */
static long version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

int ef_confine_works(void)
{
	return version() >= 1;
}

static void allow(const ef_confine_t *confine, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights & confine->handled};
	struct stat status;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd == -1) {
		return;
	}
	if (fstat(rule.parent_fd, &status) == 0) {
		if (!S_ISDIR(status.st_mode)) {
			rule.allowed_access &= OF_FILES;
		}
		syscall(SYS_landlock_add_rule, confine->rules, LANDLOCK_RULE_PATH_BENEATH, &rule,
			0);
	}
	close(rule.parent_fd);
}

void ef_confine_allow(ef_confine_t *confine, const char *path, ef_confine_way_t way)
{
	static const uint64_t rights[] = {
		[EF_CONFINE_READ] = READ,
		[EF_CONFINE_MAKE] = MAKE,
		[EF_CONFINE_DEVICE] = READ | LANDLOCK_ACCESS_FS_WRITE_FILE,
		[EF_CONFINE_ALL] = READ | MAKE | FOLDERS,
	};

	allow(confine, path, rights[way]);
}

static void allow_system(ef_confine_t *confine)
{
	static const char *const folders[] = {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64",
		"/etc", "/sys", "/var/cache/fontconfig", "/run/systemd/resolve", "/proc/cpuinfo",
		"/proc/meminfo", "/proc/stat", "/proc/sys", "/proc/filesystems", "/proc/modules",
		"/proc/driver", "/dev/urandom", "/dev/random"};
	static const char *const devices[] = {
		"/dev/null", "/dev/zero", "/dev/full", "/dev/dri", "/dev/kfd", "/dev/nvidia*"};
	glob_t found;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		ef_confine_allow(confine, folders[i], EF_CONFINE_READ);
	}
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (glob(devices[i], 0, NULL, &found) != 0) {
			continue;
		}
		for (size_t k = 0; k < found.gl_pathc; k++) {
			ef_confine_allow(confine, found.gl_pathv[k], EF_CONFINE_DEVICE);
		}
		globfree(&found);
	}
}

ef_confine_t *ef_confine_new(void)
{
	ef_confine_t *confine = ef_memory_new(sizeof(*confine));
	struct landlock_ruleset_attr attributes;

	confine->handled = READ | MAKE | FOLDERS | NEVER;
	if (version() < 3) {
		confine->handled &= ~LANDLOCK_ACCESS_FS_TRUNCATE;
	}
	attributes = (struct landlock_ruleset_attr){.handled_access_fs = confine->handled};
	confine->rules =
		(int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
	if (confine->rules == -1) {
		zsys_error("cannot confine Blender to the character's folder: %s", strerror(errno));
		freen(confine);
		return NULL;
	}
	allow_system(confine);
	return confine;
}

void ef_confine_destroy(ef_confine_t **confine_p)
{
	if (*confine_p != NULL) {
		close((*confine_p)->rules);
		freen(*confine_p);
	}
}

int ef_confine_enter(const ef_confine_t *confine)
{
	/* Its own entry; those of other processes stay closed. */
	allow(confine, "/proc/self", READ | LANDLOCK_ACCESS_FS_WRITE_FILE);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
			       syscall(SYS_landlock_restrict_self, confine->rules, 0) == 0
		       ? 0
		       : -1;
}
