/* Finds the stage's scripts and library, in the build tree or installed. */
#ifndef EF_NODE_PLACES_H
#define EF_NODE_PLACES_H

#include <limits.h>

typedef struct {
	char node[PATH_MAX]; /* the folder of all Python scripts */
	char script[PATH_MAX]; /* the one that Blender starts with */
	char library[PATH_MAX]; /* libeffigy_node.so */
} ef_places_t;

/* script: relative to the folder of Python scripts, such as "node.py". That folder is
 * $EFFIGY_NODE_DIR if that is set; else, relative to this program, ../lib/effigy/node (installed),
 * ../blender-node/node or ../../blender-node/node (build tree). The library lies beside this
 * program, or beside or in that folder. Returns 0, or -1 after logging what is missing. */
int ef_places_find(ef_places_t *places, const char *script);

#endif
