/* Names of video devices on the command line: /dev/video10, 10, or camera:NAME. */
#ifndef EF_DEVICE_NAME_H
#define EF_DEVICE_NAME_H

#include <stddef.h>

/* True when the text names a device rather than a file. */
int ef_name_is_device(const char *text);

/* Returns NAME of camera:NAME, within text, or NULL for a path or a number. */
const char *ef_name_label(const char *text);

/* Writes the path for a path or a number. */
void ef_name_path(const char *text, char *path, size_t size);

#endif
