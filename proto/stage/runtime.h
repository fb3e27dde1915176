/* The folder where one user's sockets and state lie while Effigy runs. */
#ifndef EF_RUNTIME_H
#define EF_RUNTIME_H

/* The folder that the environment names: $EFFIGY_RUNTIME, else $XDG_RUNTIME_DIR/effigy, else
 * /tmp/effigy-UID. Static storage. */
const char *ef_runtime_base(void);

/* That folder, or the folder effigy-run in it: the script effigy makes that one, with a marker file
 * .effigy, when the folder itself contains other files. Static storage. */
const char *ef_runtime_dir(void);

/* Makes the folder, mode 0700. Refuses one of another user, or open to others: who can write there
 * could put a false stage in place. Returns 0, or -1 after logging why. */
int ef_runtime_make(void);

/* "ipc://" + folder + "/" + edge; edge is "frames", "faces", "expressions", "render", or one of
 * them with ".tap". The caller frees. */
char *ef_runtime_endpoint(const char *edge);

#endif
