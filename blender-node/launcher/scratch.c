#define _GNU_SOURCE /* nftw, pipe2, close_range */

#include "blender-node/launcher/scratch.h"

#include <czmq.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/wait.h>

#include "proto/base/memory.h"

#define TRIES 40 /* also removes what a Blender that is just exiting still writes */
#define TRY_MS 50

struct ef_scratch {
	char *path;
	int alive; /* writing end of a pipe, which closes when this process ends */
	pid_t keeper;
};

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	remove(path);
	return 0;
}

/* The process that outlives this one for a moment. It keeps no file descriptor open that somebody could
 * wait for, and blocks the signals that stop a stage. */
static void keep(const char *path, int alive)
{
	sigset_t all;
	char nothing;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	setpgid(0, 0);
	dup2(alive, STDIN_FILENO);
	close_range(STDOUT_FILENO, ~0U, 0);
	while (read(STDIN_FILENO, &nothing, 1) == -1 && errno == EINTR) {
	}
	for (int i = 0; i < TRIES && access(path, F_OK) == 0; i++) {
		if (i > 0) {
			zclock_sleep(TRY_MS);
		}
		nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
	_exit(0);
}

static int start_keeper(ef_scratch_t *scratch)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1) {
		return -1;
	}
	scratch->alive = ends[1];
	scratch->keeper = fork();
	if (scratch->keeper == 0) {
		close(ends[1]);
		keep(scratch->path, ends[0]);
	}
	close(ends[0]);
	return scratch->keeper == -1 ? -1 : 0;
}

ef_scratch_t *ef_scratch_new(void)
{
	const char *parent = getenv("TMPDIR");
	ef_scratch_t *scratch = ef_memory_new(sizeof(*scratch));

	scratch->alive = scratch->keeper = -1;
	scratch->path = ef_memory_print(
		"%s/effigy-node-XXXXXX", parent != NULL && *parent != '\0' ? parent : "/tmp");
	if (mkdtemp(scratch->path) == NULL) {
		zsys_error("cannot create the temporary folder %s: %s; set TMPDIR to a writable "
			   "folder",
			scratch->path, strerror(errno));
		freen(scratch->path);
		freen(scratch);
		return NULL;
	}
	if (start_keeper(scratch) == -1) {
		zsys_error("cannot start the process that removes temporary files: %s",
			strerror(errno));
		rmdir(scratch->path);
		ef_scratch_destroy(&scratch);
	}
	return scratch;
}

const char *ef_scratch_path(const ef_scratch_t *scratch)
{
	return scratch->path;
}

void ef_scratch_destroy(ef_scratch_t **scratch_p)
{
	ef_scratch_t *scratch = *scratch_p;

	if (scratch != NULL) {
		if (scratch->alive != -1) {
			close(scratch->alive);
		}
		if (scratch->keeper > 0) {
			waitpid(scratch->keeper, NULL, 0);
		}
		freen(scratch->path);
		freen(scratch);
		*scratch_p = NULL;
	}
}
