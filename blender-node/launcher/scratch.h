/* A temporary folder for X and Blender, removed when the stage ends, however it ends. */
#ifndef EF_NODE_SCRATCH_H
#define EF_NODE_SCRATCH_H

typedef struct ef_scratch ef_scratch_t;

/* Creates a folder of mode 0700 in $TMPDIR or /tmp, and a process that waits for the end of this one
 * and then removes the folder. NULL after logging why. */
ef_scratch_t *ef_scratch_new(void);

const char *ef_scratch_path(const ef_scratch_t *scratch);

/* Removes the folder with its content, and waits until that is done. */
void ef_scratch_destroy(ef_scratch_t **scratch);

#endif
