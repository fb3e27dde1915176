/* The webcams of this machine, for effigy-capture --list and camera:NAME. */
#ifndef EF_CAPTURE_V4L2_LIST_H
#define EF_CAPTURE_V4L2_LIST_H

#include <stdio.h>

/* Prints one line for each webcam: its path, card name, bus id, and the programs that have it
 * open ("-": none), separated by tabs; then a line for each of its modes and controls, which
 * begins with a tab. Returns how many webcams there are. */
int ef_v4l2_list(FILE *file);

/* Likewise for the one webcam that a name on the command line means: /dev/video0, 0, or
 * camera:NAME. Returns 0, or -1 with the reason in why. */
int ef_v4l2_list_named(FILE *file, const char *name, char *why, size_t size);

/* How well a name, in upper or lower case, matches a webcam: 2 when it is the webcam's card name or
 * bus id, 1 when it is a part of one, else 0. */
int ef_v4l2_match(const char *name, const char *card, const char *bus);

/* Finds the webcam that matches the name best, of equals the one with the lowest number. Writes its
 * path and returns 0, or -1 with the reason, which lists the webcams found, in why. */
int ef_v4l2_find(const char *name, char *path, size_t path_size, char *why, size_t size);

#endif
