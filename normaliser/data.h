/* The faces received and the expressions made of them, as JSON, one object a line. */
#ifndef DATA_H
#define DATA_H

#include <stdio.h>

#include "proto/wire/message.h"

/* Opens path for writing, or stdout for "-". NULL after logging why. */
FILE *data_open(const char *path);

/* Writes one line, through to the operating system, so that the file is whole at any time. Returns
 * 0, or -1 when it cannot be written, with errno. */
int data_write(FILE *file, const ef_message_t *face, const ef_message_t *expression);

/* Returns 0, or -1 with errno when what was written may not be there. NULL is fine. */
int data_close(FILE *file);

#endif
