/* The file of a recording. It contains faces: only its owner may read it. */
#ifndef EF_RECORD_FILE_H
#define EF_RECORD_FILE_H

#include <stddef.h>
#include <stdint.h>

typedef struct ef_record_file ef_record_file_t;

/* Creates a new file with mode 0600, which replaces an existing one, unless that is being
 * recorded to or replayed. "-" is standard output; a pipe or device is written to in place. The
 * path is borrowed. Returns NULL after logging the reason. */
ef_record_file_t *ef_record_file_new(const char *path);

/* Appends bytes. Returns 0, or -1 after logging the reason; then nothing is in the file that was
 * written after the last ef_record_file_keep. */
int ef_record_file_write(ef_record_file_t *file, const void *data, size_t size);

/* What was written up to now makes sense without what follows. */
void ef_record_file_keep(ef_record_file_t *file);

/* Bytes written. */
int64_t ef_record_file_size(const ef_record_file_t *file);

/* Returns 0, or -1 after logging that not everything could be written. */
int ef_record_file_close(ef_record_file_t **file);

#endif
