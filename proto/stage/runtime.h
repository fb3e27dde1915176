/* The runtime folder: one user's sockets and state while Effigy runs. */
#ifndef EF_RUNTIME_H
#define EF_RUNTIME_H

/* The folder that the environment names: $EFFIGY_RUNTIME, else $XDG_RUNTIME_DIR/effigy, else
 * /tmp/effigy-UID. Static storage. */
const char *ef_runtime_base(void);

/* That folder, or the folder effigy-run in it: the script effigy makes that one, with a marker file
 * .effigy, when the folder itself contains other files. Static storage. */
const char *ef_runtime_dir(void);

/* Creates the folder with mode 0700. Refuses a folder that belongs to another user or is
 * accessible to others, who could put a false stage there. Returns 0, or -1 after logging the
 * reason. */
int ef_runtime_make(void);

/* "ipc://" + folder + "/" + edge; edge is "frames", "faces", "expressions", "render", or one of
 * them with ".tap". The caller frees. */
char *ef_runtime_endpoint(const char *edge);

#endif
