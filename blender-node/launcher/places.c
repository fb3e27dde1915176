#include "blender-node/launcher/places.h"

#include <czmq.h>

static int join(char path[PATH_MAX], const char *folder, const char *name)
{
	int length = snprintf(path, PATH_MAX, "%s/%s", folder, name);

	return length < PATH_MAX && access(path, R_OK) == 0;
}

static int own_folder(char folder[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);

	if (length == -1) {
		zsys_error("cannot read /proc/self/exe: %s; set EFFIGY_NODE_DIR to the folder "
			   "of node.py",
			strerror(errno));
		return -1;
	}
	folder[length] = '\0';
	*strrchr(folder, '/') = '\0';
	return 0;
}

/* The folder of the Python scripts, which has one of that name. */
static int find_node(ef_places_t *places, const char *folder, const char *script)
{
	static const char *const relative[] = {
		"../lib/effigy/node", "../blender-node/node", "../../blender-node/node"};
	const char *set = getenv("EFFIGY_NODE_DIR");

	if (set != NULL && *set != '\0') {
		snprintf(places->node, sizeof(places->node), "%s", set);
		if (join(places->script, places->node, script)) {
			return 0;
		}
		zsys_error("cannot read EFFIGY_NODE_DIR=%s/%s; correct EFFIGY_NODE_DIR or unset it",
			set, script);
		return -1;
	}
	for (size_t i = 0; i < sizeof(relative) / sizeof(relative[0]); i++) {
		if (join(places->node, folder, relative[i]) &&
			join(places->script, places->node, script)) {
			return 0;
		}
	}
	zsys_error("cannot find %s in %s/../lib/effigy/node or %s/../blender-node/node; set "
		   "EFFIGY_NODE_DIR to its folder",
		script, folder, folder);
	return -1;
}

static int find_library(ef_places_t *places, const char *folder)
{
	static const char *const beside[] = {"..", "."};

	if (join(places->library, folder, "libeffigy_node.so")) {
		return 0;
	}
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		char path[PATH_MAX];

		if (join(path, places->node, beside[i]) &&
			join(places->library, path, "libeffigy_node.so")) {
			return 0;
		}
	}
	zsys_error("cannot find libeffigy_node.so in %s or beside %s; build it with make", folder,
		places->node);
	return -1;
}

int ef_places_find(ef_places_t *places, const char *script)
{
	char folder[PATH_MAX];

	return own_folder(folder) == -1 || find_node(places, folder, script) == -1 ||
			       find_library(places, folder) == -1
		       ? -1
		       : 0;
}
