/* The processes that have a device open. */
#ifndef EF_HOLDER_H
#define EF_HOLDER_H

#include <stddef.h>

/* Finds a process, other than this one, that has path open. Writes "zoom (pid 1234)" to text and
 * returns 0, or -1 when there is none among those whose open files this user may see. */
int ef_holder_find(const char *path, char *text, size_t size);

/* Finds all of them and writes "zoom (pid 1234), firefox (pid 5678)" to text, as many as it has
 * room for. Returns how many there are. */
int ef_holder_list(const char *path, char *text, size_t size);

#endif
