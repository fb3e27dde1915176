/* Finds the processes that have a device open. */
#ifndef EF_HOLDER_H
#define EF_HOLDER_H

#include <stddef.h>

/* Finds another process that has path open. Writes "zoom (pid 1234)" to text and returns 0; -1 when
 * there is none, or this user may not see it. */
int ef_holder_find(const char *path, char *text, size_t size);

/* Finds all of them: "zoom (pid 1234), firefox (pid 5678)"; processes that do not fit into text are
 * omitted. Returns the number of processes. */
int ef_holder_list(const char *path, char *text, size_t size);

#endif
