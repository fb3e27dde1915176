/* Prints the properties of a video file, for scripts. */
#ifndef EF_CAPTURE_PROBE_H
#define EF_CAPTURE_PROBE_H

#include <stdio.h>

#include "capture/input.h"

/* Prints a line "KEY VALUE" for each of size (WxH of the pictures sent), rate (N/D: at which
 * each of them can be shown at its time), pictures (their number by the header; 0: not known)
 * and start (time of the first one by the file's clock, seconds). Returns 0, or -1 after logging
 * what cannot be read and why. */
int ef_probe_print(FILE *out, const ef_capture_request_t *request);

#endif
