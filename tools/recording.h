/* A recording: a file of consecutive msgpack maps, the messages of the wire. */
#ifndef EF_RECORDING_H
#define EF_RECORDING_H

#include "proto/wire/message.h"

typedef struct ef_recording ef_recording_t;

/* Opens the file and locks it against effigy-record until destroy. The path is borrowed. Returns
 * NULL after logging the reason. */
ef_recording_t *ef_recording_new(const char *path);
void ef_recording_destroy(ef_recording_t **recording);

/* Reads the next message; its pixels are valid until the next call. Returns 1; 0 at the end; -1
 * after logging at which byte the file is damaged, and 0 from then on. It never holds more of
 * the file in memory than the size of two messages. */
int ef_recording_next(ef_recording_t *recording, ef_message_t *message);

/* Starts again at the first message; not after damage. */
void ef_recording_rewind(ef_recording_t *recording);

#endif
