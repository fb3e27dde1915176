/* Names of video devices: /dev/video10, 10, or camera:NAME. */
#ifndef EF_DEVICE_NAME_H
#define EF_DEVICE_NAME_H

#include <stddef.h>

/* True when text names a device, not a file. */
int ef_name_is_device(const char *text);

/* Returns NAME of camera:NAME, which points into text; NULL for a path or a number. */
const char *ef_name_label(const char *text);

/* Writes the path of a device that is given as a path or a number. */
void ef_name_path(const char *text, char *path, size_t size);

#endif
