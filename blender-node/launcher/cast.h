/* The character that is shown, and the one that is to be: who goes, who comes, and who comes back
 * when that was a mistake. */
#ifndef EF_NODE_CAST_H
#define EF_NODE_CAST_H

#include "blender-node/launcher/blender.h"

typedef struct ef_cast ef_cast_t;

/* spec is borrowed. */
ef_cast_t *ef_cast_new(const ef_blender_spec_t *spec);

/* Ends every Blender. */
void ef_cast_destroy(ef_cast_t **cast);

/* Begins to load the character that an earlier run showed last, else the one told. Returns 0, or -1
 * after logging why. */
int ef_cast_begin(ef_cast_t *cast);

/* Looks at who has ended; to be called after a SIGCHLD. Returns the status to exit with, or -1 to go
 * on. */
int ef_cast_reap(ef_cast_t *cast);

/* Hears what they have said, ends who is past its bounds, and looks for the wish for another
 * character; to be called ten times a second, and when ef_cast_control can be read. Returns as
 * ef_cast_reap. */
int ef_cast_attend(ef_cast_t *cast);

/* A descriptor for poll, or -1. */
int ef_cast_control(const ef_cast_t *cast);

#endif
