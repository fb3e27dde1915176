/* A folder for what X and Blender leave lying about: gone when the stage ends. */
#ifndef EF_NODE_SCRATCH_H
#define EF_NODE_SCRATCH_H

/* Makes a folder of mode 0700 in $TMPDIR or /tmp. The caller frees the name; NULL after logging
 * why. */
char *ef_scratch_new(void);

/* Removes the folder with all in it, frees the name and sets it to NULL. */
void ef_scratch_destroy(char **scratch);

/* Writes the X authority file scratch/xauthority with a new random cookie: without one, everybody
 * on this machine could look at the display. The caller frees the name; NULL after logging why. */
char *ef_scratch_xauthority(const char *scratch);

#endif
