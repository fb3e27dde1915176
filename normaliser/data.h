/* Writes the faces received and their expressions as JSON, one object a line (option --data). */
#ifndef EF_DATA_H
#define EF_DATA_H

#include <stdio.h>

#include "proto/wire/message.h"

/* Opens path for writing, or stdout for "-". On failure logs the reason and returns NULL. */
FILE *ef_data_open(const char *path);

/* Writes one line and flushes it, so that the file has only whole lines at any time. Returns 0,
 * or -1 with errno when it cannot be written. */
int ef_data_write(FILE *file, const ef_message_t *face, const ef_message_t *expression);

/* Closes the file; NULL is allowed. Returns 0, or -1 with errno when something may be missing in
 * the file. */
int ef_data_close(FILE *file);

#endif
