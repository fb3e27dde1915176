#define _GNU_SOURCE /* nftw, pipe2, close_range */

#include "blender-node/launcher/scratch.h"

#include <czmq.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/wait.h>

#define COOKIE_BYTES 16
#define COOKIE_NAME "MIT-MAGIC-COOKIE-1"

#define TRIES 40 /* what Blender, ended at the same moment, still makes there is removed, too */
#define TRY_MS 50

struct ef_scratch {
	char *path;
	int alive; /* the writing end of a pipe: closed by the end of this process */
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

/* The process that outlives this one by a moment. It holds nothing open, so that nobody waits for
 * it, and the signals that end a stage are not for it. */
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
	ef_scratch_t *scratch = zmalloc(sizeof(*scratch));

	scratch->alive = scratch->keeper = -1;
	scratch->path = zsys_sprintf(
		"%s/effigy-node-XXXXXX", parent != NULL && *parent != '\0' ? parent : "/tmp");
	if (mkdtemp(scratch->path) == NULL) {
		zsys_error("cannot make a scratch folder %s: %s; set TMPDIR to a folder that can "
			   "be written",
			scratch->path, strerror(errno));
		freen(scratch->path);
		freen(scratch);
		return NULL;
	}
	if (start_keeper(scratch) == -1) {
		zsys_error("cannot start a process: %s", strerror(errno));
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

/* One entry of an authority file: big-endian lengths before each text. */
static size_t pack_entry(uint8_t *entry, const uint8_t cookie[COOKIE_BYTES])
{
	/* Family 0xffff and an empty address and display: holds for every display. */
	static const uint8_t any[] = {0xff, 0xff, 0, 0, 0, 0, 0, sizeof(COOKIE_NAME) - 1};
	uint8_t *end = entry;

	memcpy(end, any, sizeof(any));
	end += sizeof(any);
	memcpy(end, COOKIE_NAME, sizeof(COOKIE_NAME) - 1);
	end += sizeof(COOKIE_NAME) - 1;
	*end++ = 0;
	*end++ = COOKIE_BYTES;
	memcpy(end, cookie, COOKIE_BYTES);
	return end + COOKIE_BYTES - entry;
}

char *ef_scratch_xauthority(const char *folder)
{
	char *path = zsys_sprintf("%s/xauthority", folder);
	uint8_t cookie[COOKIE_BYTES], entry[64];
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t size = -1;

	if (file != -1 && getrandom(cookie, sizeof(cookie), 0) == (ssize_t)sizeof(cookie)) {
		size = (ssize_t)pack_entry(entry, cookie);
	}
	if (size == -1 || write(file, entry, (size_t)size) != size) {
		zsys_error("cannot write %s: %s", path, strerror(errno));
		freen(path);
	}
	if (file != -1) {
		close(file);
	}
	return path;
}
