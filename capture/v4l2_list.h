/* The cameras of this machine, for effigy-capture --list. */
#ifndef EF_CAPTURE_V4L2_LIST_H
#define EF_CAPTURE_V4L2_LIST_H

#include <stdio.h>

/* One line for each camera, and one for each of its modes. Returns how many cameras. */
int ef_v4l2_list(FILE *file);

#endif
