#define _GNU_SOURCE /* nftw */

#include "blender-node/scratch.h"

#include <czmq.h>
#include <ftw.h>
#include <sys/random.h>

#define COOKIE_BYTES 16
#define COOKIE_NAME "MIT-MAGIC-COOKIE-1"

char *ef_scratch_new(void)
{
	const char *parent = getenv("TMPDIR");
	char *scratch = zsys_sprintf(
		"%s/effigy-node-XXXXXX", parent != NULL && *parent != '\0' ? parent : "/tmp");

	if (mkdtemp(scratch) == NULL) {
		zsys_error("cannot make a scratch folder %s: %s; set TMPDIR to a folder that can "
			   "be written",
			scratch, strerror(errno));
		freen(scratch);
	}
	return scratch;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	remove(path);
	return 0;
}

void ef_scratch_destroy(char **scratch_p)
{
	if (*scratch_p != NULL) {
		nftw(*scratch_p, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		freen(*scratch_p);
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

char *ef_scratch_xauthority(const char *scratch)
{
	char *path = zsys_sprintf("%s/xauthority", scratch);
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
