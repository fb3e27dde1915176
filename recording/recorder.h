/* Writes a recording (proto/SPEC.md): a header, blocks of messages, an index. */
#ifndef EF_RECORDER_H
#define EF_RECORDER_H

#include "recording/header.h"

typedef struct ef_recorder ef_recorder_t;

/* Creates the file (record_file.h) with its header; the path is borrowed. Returns NULL after
 * logging the reason. */
ef_recorder_t *ef_recorder_new(const char *path, const ef_header_t *header);

/* Appends the bytes of a message of that time. It is in the file when this returns: a recorder that
 * is killed loses nothing. Returns 0, or -1 after logging the reason; then the messages before this
 * one are in the file. */
int ef_recorder_write(ef_recorder_t *recorder, int64_t t, const void *data, size_t size);

/* Writes the index. Returns 0, or -1 after logging that not everything could be written. */
int ef_recorder_close(ef_recorder_t **recorder);

#endif
