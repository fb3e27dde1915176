/* The runtime folder: one user's sockets and state while Effigy runs. */
#ifndef EF_RUNTIME_H
#define EF_RUNTIME_H

/* $EFFIGY_RUNTIME, else $XDG_RUNTIME_DIR/effigy, else /tmp/effigy-UID. When that folder contains
 * other files, "effigy up" creates the folder effigy-run in it and marks it with a file .effigy;
 * then the path of effigy-run is returned. Static storage. */
const char *ef_runtime_dir(void);

/* Creates the folder with mode 0700. Refuses a folder that belongs to another user or is
 * accessible to others, who could put a false stage there. Returns 0, or -1 after logging the
 * reason. */
int ef_runtime_make(void);

/* "ipc://" + folder + "/" + edge; edge is "frames", "faces", "expressions", "render", or one of
 * them with ".tap". The caller frees. */
char *ef_runtime_endpoint(const char *edge);

#endif
