/* The file that a recording is written to. Faces are in it: it is for its owner alone. */
#ifndef EF_RECORD_FILE_H
#define EF_RECORD_FILE_H

#include <stddef.h>

typedef struct ef_record_file ef_record_file_t;

/* Makes the file anew, with mode 0600, in the place of one that is there, unless that is being
 * recorded to or replayed; - is standard output, and what is no file is written to as it is. The
 * path is borrowed. NULL after logging why not. */
ef_record_file_t *ef_record_file_new(const char *path);

/* Appends one message. Returns 0, or -1 after logging why not; then no part of it is in the file. */
int ef_record_file_write(ef_record_file_t *file, const void *data, size_t size);

/* Returns 0, or -1 after logging that it could not be written after all. */
int ef_record_file_close(ef_record_file_t **file);

#endif
