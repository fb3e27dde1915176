#include "proto/stage/model_file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/memory.h"

/* From the folder of the program: installed, build/, build/san/ or build/tests/. */
static const char *const folders[] = {"../share/effigy/models", "../models", "../../models"};

char *ef_model_file(const char *name)
{
	char own[PATH_MAX], *path = NULL;
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);

	own[length > 0 ? length : 0] = '\0';
	if (strrchr(own, '/') != NULL) {
		*strrchr(own, '/') = '\0';
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		free(path);
		path = ef_memory_print("%s/%s/%s", own, folders[i], name);
		if (access(path, R_OK) == 0) {
			return path;
		}
	}
	free(path);
	return ef_memory_print("%s/%s/%s", own, folders[0], name);
}
