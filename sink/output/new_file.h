/* The file of a live output: one that is there already is somebody's recording. */
#ifndef EF_SINK_NEW_FILE_H
#define EF_SINK_NEW_FILE_H

#include <stddef.h>

#include "sink/output/output.h"

/* Sets path to the file to write to. Of a conversion that is the request's name. Live it is a file
 * that is empty or not there yet, which is made: "me.mp4", else "me.2.mp4", and so on; and what is
 * no file, such as a pipe, is taken as it is. Says so when it is another name. */
void ef_new_file(const ef_sink_request_t *request, char *path, size_t size);

#endif
