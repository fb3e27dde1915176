/* A recording: the wire's msgpack maps, one behind the other, in a file. */
#ifndef EF_RECORDING_H
#define EF_RECORDING_H

#include "proto/wire/message.h"

typedef struct ef_recording ef_recording_t;

/* Opens the file, which effigy-record leaves alone until destroy. The path is borrowed. NULL after
 * logging which file cannot be read and why. */
ef_recording_t *ef_recording_new(const char *path);
void ef_recording_destroy(ef_recording_t **recording);

/* The next message; its pixels are valid until the next call. Returns 1; 0 at the end; -1 after
 * logging at which byte the file is broken, and every later call is the end. At no time more of the
 * file is in memory than two messages may have. */
int ef_recording_next(ef_recording_t *recording, ef_message_t *message);

/* Starts again at the first message; not after a break. */
void ef_recording_rewind(ef_recording_t *recording);

#endif
