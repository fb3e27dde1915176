/* Who holds a device. */
#ifndef EF_HOLDER_H
#define EF_HOLDER_H

#include <stddef.h>

/* Finds another process that has path open. Writes "zoom (pid 1234)" to text and returns 0, or -1
 * when there is none that this user may look at. */
int ef_holder_find(const char *path, char *text, size_t size);

/* Likewise all of them, "zoom (pid 1234), firefox (pid 5678)"; those that text has no room for are
 * left out. Returns how many there are. */
int ef_holder_list(const char *path, char *text, size_t size);

#endif
