/* Who holds a device. */
#ifndef EF_HOLDER_H
#define EF_HOLDER_H

#include <stddef.h>

/* Finds another process that has path open. Writes "zoom (pid 1234)" to text and returns 0, or -1
 * when there is none that this user may look at. */
int ef_holder_find(const char *path, char *text, size_t size);

/* How many other processes that this user may look at have path open. It reads all of /proc: a few
 * ms where many programs run. */
int ef_holder_count(const char *path);

#endif
