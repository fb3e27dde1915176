/* A video device as people name it: /dev/video10, 10, or camera:NAME. */
#ifndef EF_DEVICE_NAME_H
#define EF_DEVICE_NAME_H

#include <stddef.h>

/* Whether the text names a device, rather than a file. */
int ef_name_is_device(const char *text);

/* NAME of camera:NAME, within text, or NULL for a path or a number. */
const char *ef_name_label(const char *text);

/* Writes the path of a path or a number. */
void ef_name_path(const char *text, char *path, size_t size);

#endif
