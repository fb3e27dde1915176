/* The cameras of this machine, for effigy-capture --list and camera:NAME. */
#ifndef EF_CAPTURE_V4L2_LIST_H
#define EF_CAPTURE_V4L2_LIST_H

#include <stdio.h>

/* One line for each camera, and one for each of its modes and controls. Returns how many cameras. */
int ef_v4l2_list(FILE *file);

/* How well a name, letters of either case, tells a camera: 2 when it is the camera's card name or bus
 * id, 1 when it is a part of one, else 0. */
int ef_v4l2_match(const char *name, const char *card, const char *bus);

/* Finds the camera that the name tells best, of equals the one with the lowest number. Writes its
 * path and returns 0, or -1 with the reason, which names those that are there, in why. */
int ef_v4l2_find(const char *name, char *path, size_t path_size, char *why, size_t size);

#endif
