#include "proto/stage/runtime.h"

#include <czmq.h>
#include <sys/stat.h>

#include "proto/base/memory.h"

#define MARKER ".effigy" /* marks a folder in which every file belongs to Effigy */
#define INNER "effigy-run"

static int is_marked(const char *path, const char *folder)
{
	static const char text[] = "All that lies here is Effigy's";
	char marker[PATH_MAX + 32], line[sizeof(text)] = "";
	FILE *file;

	snprintf(marker, sizeof(marker), "%s%s/" MARKER, path, folder);
	file = fopen(marker, "re");
	if (file != NULL) {
		if (fgets(line, sizeof(line), file) == NULL) {
			line[0] = '\0';
		}
		fclose(file);
	}
	return strcmp(line, text) == 0;
}

/* supervise/runtime_folder.sh makes the inner folder and the markers. */
static void enter_inner(char *path, size_t size)
{
	size_t length = strlen(path);

	if (!is_marked(path, "") && is_marked(path, "/" INNER)) {
		snprintf(path + length, size - length, "/" INNER);
	}
}

const char *ef_runtime_base(void)
{
	static char path[PATH_MAX];
	const char *own = getenv("EFFIGY_RUNTIME");
	const char *session = getenv("XDG_RUNTIME_DIR");

	if (own != NULL && *own != '\0') {
		snprintf(path, sizeof(path), "%s", own);
	} else if (session != NULL && *session != '\0') {
		snprintf(path, sizeof(path), "%s/effigy", session);
	} else {
		snprintf(path, sizeof(path), "/tmp/effigy-%d", (int)getuid());
	}
	return path;
}

const char *ef_runtime_dir(void)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", ef_runtime_base());
	enter_inner(path, sizeof(path));
	return path;
}

int ef_runtime_make(void)
{
	const char *path = ef_runtime_dir();
	struct stat folder;

	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		zsys_error("cannot create the runtime folder %s: %s; set EFFIGY_RUNTIME to another "
			   "folder",
			path, strerror(errno));
		return -1;
	}
	if (lstat(path, &folder) != 0 || !S_ISDIR(folder.st_mode) || folder.st_uid != getuid() ||
		(folder.st_mode & 0077) != 0) {
		zsys_error("%s is not a folder that you own with mode 0700; set EFFIGY_RUNTIME to "
			   "another folder",
			path);
		return -1;
	}
	return 0;
}

char *ef_runtime_endpoint(const char *edge)
{
	return ef_memory_print("ipc://%s/%s", ef_runtime_dir(), edge);
}
