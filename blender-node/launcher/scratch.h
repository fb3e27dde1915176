/* A folder for what X and Blender leave lying about: gone when the stage ends, however it ends. */
#ifndef EF_NODE_SCRATCH_H
#define EF_NODE_SCRATCH_H

typedef struct ef_scratch ef_scratch_t;

/* Makes a folder of mode 0700 in $TMPDIR or /tmp, and a process that does nothing but wait for the
 * end of this one, and then remove the folder. NULL after logging why. */
ef_scratch_t *ef_scratch_new(void);

const char *ef_scratch_path(const ef_scratch_t *scratch);

/* Removes the folder with all in it, and waits for that. */
void ef_scratch_destroy(ef_scratch_t **scratch);

/* Writes the X authority file FOLDER/xauthority with a new random cookie: without one, everybody on
 * this machine could look at the display. The caller frees the name; NULL after logging why. */
char *ef_scratch_xauthority(const char *folder);

#endif
