/* Finds the stage's script and library, in the build tree or installed. */
#ifndef EF_NODE_PLACES_H
#define EF_NODE_PLACES_H

#include <limits.h>

typedef struct {
	char script[PATH_MAX]; /* node.py or another */
	char library[PATH_MAX]; /* libeffigy_node.so */
} ef_places_t;

/* Finds the script of that name: in $EFFIGY_NODE_DIR if that is set; else relative to this program, in ../lib/effigy
 * (installed), ../blender-node or ../../blender-node (build tree). The library: beside this
 * program, else beside the script. Returns 0, or -1 after logging what is missing. */
int ef_places_find(ef_places_t *places, const char *script);

#endif
