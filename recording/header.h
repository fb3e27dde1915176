/* The header of a recording: its first map, which is no message. */
#ifndef EF_HEADER_H
#define EF_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "proto/wire/message.h"

#define EF_RECORDING_VERSION 1
#define EF_HEADER_MAX ((size_t)64 << 10) /* bytes */
#define EF_HEADER_HOST_MAX 255 /* bytes */
#define EF_HEADER_SETTINGS_MAX 64

typedef struct {
	char *name, *value;
} ef_setting_t;

/* Zero-initialised. */
typedef struct {
	int version; /* of the recording's form; 0: an old recording, which has no header */
	char edge[EF_NAME_MAX + 1]; /* "faces"; "" where it is not known */
	char program[EF_NAME_MAX + 1]; /* version of Effigy */
	char host[EF_HEADER_HOST_MAX + 1]; /* name of the machine */
	char src[EF_NAME_MAX + 1]; /* its id, as in messages */
	int64_t time; /* s since 1970, UTC */
	ef_setting_t settings[EF_HEADER_SETTINGS_MAX]; /* without those that are empty */
	size_t setting_count;
} ef_header_t;

/* Fills in what this program, this machine and its environment (EFFIGY_...) say. */
void ef_header_here(ef_header_t *header, const char *edge);

/* Frees the settings. */
void ef_header_finish(ef_header_t *header);

/* Returns one msgpack map, which the caller frees, and its length in *size. */
uint8_t *ef_header_encode(const ef_header_t *header, size_t *size);

/* Decodes one map whose structure was checked (proto/wire/outline.h). Returns 1; 0 when it is no
 * header, but perhaps a message; -1 with the reason, a static string, in *why: when the version is
 * another one, header->version is set. */
int ef_header_decode(ef_header_t *header, const uint8_t *data, size_t size, const char **why);

#endif
