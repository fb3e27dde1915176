/* Chooses the file of a live output, so that it does not overwrite an earlier recording. */
#ifndef EF_SINK_NEW_FILE_H
#define EF_SINK_NEW_FILE_H

#include <stddef.h>

#include "sink/output/output.h"

/* Sets path to the file to write to. In a conversion that is the request's name. Live it is the
 * first of "me.mp4", "me.2.mp4", ... that does not exist, which is created, or that is empty;
 * something that is not a regular file, such as a pipe, is used as it is. Logs a name that
 * differs from the request's. */
void ef_new_file(const ef_sink_request_t *request, char *path, size_t size);

#endif
