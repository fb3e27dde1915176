/* The file of a recording. It contains faces: only its owner may read it. */
#ifndef EF_RECORD_FILE_H
#define EF_RECORD_FILE_H

#include <stddef.h>

typedef struct ef_record_file ef_record_file_t;

/* Creates a new file with mode 0600, which replaces an existing one, unless that is being
 * recorded to or replayed. "-" is standard output; a pipe or device is written to in place. The
 * path is borrowed. Returns NULL after logging the reason. */
ef_record_file_t *ef_record_file_new(const char *path);

/* Appends one message. Returns 0, or -1 after logging the reason; then no part of it is in the
 * file. */
int ef_record_file_write(ef_record_file_t *file, const void *data, size_t size);

/* Returns 0, or -1 after logging that not everything could be written. */
int ef_record_file_close(ef_record_file_t **file);

#endif
