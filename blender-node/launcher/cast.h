/* The character that is shown and the one that is being loaded: exchanges them, and goes back to the
 * previous one when the new one fails soon after. */
#ifndef EF_NODE_CAST_H
#define EF_NODE_CAST_H

#include "blender-node/launcher/blender.h"

typedef struct ef_cast ef_cast_t;

/* spec is borrowed. */
ef_cast_t *ef_cast_new(const ef_blender_spec_t *spec);

/* Stops every Blender. */
void ef_cast_destroy(ef_cast_t **cast);

/* Begins to load the character that an earlier run showed last, else --avatar. Returns 0, or -1
 * after logging why. */
int ef_cast_begin(ef_cast_t *cast);

/* Collects Blenders that have exited; call it after SIGCHLD. Returns the stage's exit status, or -1 to
 * go on. */
int ef_cast_reap(ef_cast_t *cast);

/* Reads the Blenders' messages, stops those that exceed their limits, and checks whether another
 * character is requested. Call it ten times a second, and when ef_cast_control is readable. Returns as
 * ef_cast_reap. */
int ef_cast_attend(ef_cast_t *cast);

/* The file descriptor to poll for reading, or -1. */
int ef_cast_control(const ef_cast_t *cast);

#endif
