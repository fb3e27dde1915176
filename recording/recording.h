/* Reads a recording (proto/SPEC.md): a header, messages, an index; or messages alone, as old
 * recordings are. What was cut off anywhere is read up to there. */
#ifndef EF_RECORDING_H
#define EF_RECORDING_H

#include "proto/wire/message.h"
#include "recording/header.h"

typedef struct ef_recording ef_recording_t;

/* Opens the file and locks it against effigy-record until destroy; "-" is standard input, which may
 * be a pipe. The path is borrowed. Returns NULL after logging the reason, also for a recording of
 * another version. */
ef_recording_t *ef_recording_new(const char *path);
void ef_recording_destroy(ef_recording_t **recording);

/* For messages to the user: its path, or "standard input". */
const char *ef_recording_name(const ef_recording_t *recording);

/* The header; one of version 0 for an old recording. */
const ef_header_t *ef_recording_header(const ef_recording_t *recording);

/* From now on only messages from..to (ns after the first message, to is exclusive) are returned.
 * Call it before the first message is read, or before a rewind. The index is used to get there;
 * when it is not true, one warning tells so, and everything before is read instead. */
void ef_recording_limit(ef_recording_t *recording, int64_t from, int64_t to);

/* Reads the next message; its pixels are valid until the next call. Returns 1; 0 at the end; -1
 * after logging where the file is damaged, and 0 from then on. It never holds more of the file in
 * memory than the size of two messages. */
int ef_recording_next(ef_recording_t *recording, ef_message_t *message);

/* Starts again at the first message; not after damage, and not standard input. */
void ef_recording_rewind(ef_recording_t *recording);

/* True when the end of the file was reached and the recorder did not write it: the recorder was
 * killed, the disk was full, or the file was cut off. */
int ef_recording_is_cut(const ef_recording_t *recording);

/* Bytes of the file and of what it holds that were read so far. */
int64_t ef_recording_used(const ef_recording_t *recording);
int64_t ef_recording_unpacked(const ef_recording_t *recording);

#endif
