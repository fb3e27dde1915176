#include "blender-node/places.h"

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

static int find_script(ef_places_t *places, const char *folder, const char *name)
{
	static const char *const relative[] = {
		"../lib/effigy", "../blender-node", "../../blender-node"};
	const char *told = getenv("EFFIGY_NODE_DIR");

	if (told != NULL && *told != '\0') {
		if (join(places->script, told, name)) {
			return 0;
		}
		zsys_error("cannot read EFFIGY_NODE_DIR=%s/%s; correct EFFIGY_NODE_DIR or unset it",
			told, name);
		return -1;
	}
	for (size_t i = 0; i < sizeof(relative) / sizeof(relative[0]); i++) {
		char path[PATH_MAX];

		if (join(path, folder, relative[i]) && join(places->script, path, name)) {
			return 0;
		}
	}
	zsys_error("cannot find %s in %s/../lib/effigy or %s/../blender-node; set "
		   "EFFIGY_NODE_DIR to its folder",
		name, folder, folder);
	return -1;
}

int ef_places_find(ef_places_t *places, const char *script)
{
	char folder[PATH_MAX], beside[PATH_MAX];

	if (own_folder(folder) == -1 || find_script(places, folder, script) == -1) {
		return -1;
	}
	if (join(places->library, folder, "libeffigy_node.so")) {
		return 0;
	}
	snprintf(beside, sizeof(beside), "%s", places->script);
	*strrchr(beside, '/') = '\0';
	if (join(places->library, beside, "libeffigy_node.so")) {
		return 0;
	}
	zsys_error("cannot find libeffigy_node.so in %s or %s; build it with make", folder, beside);
	return -1;
}
