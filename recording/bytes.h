/* The bytes of a recording's file: of a zstd file what it holds, else the file's own. */
#ifndef EF_BYTES_H
#define EF_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of memory that a frame may ask for to be unpacked (RFC 8878, 3.1.1.1.2: at least 8 MiB). */
#define EF_BYTES_WINDOW_LOG 23

typedef struct ef_bytes ef_bytes_t;

/* Reads the file descriptor, which is borrowed, from where it is; a pipe will do. */
ef_bytes_t *ef_bytes_new(int fd);
void ef_bytes_destroy(ef_bytes_t **bytes);

/* Reads up to room bytes, in memory of a fixed size. Returns their number; 0 at the end; -1 with
 * the reason, a static string, in *why. */
ssize_t ef_bytes_read(ef_bytes_t *bytes, uint8_t *data, size_t room, const char **why);

/* Continues at that byte of the file: its beginning, or the beginning of a zstd frame. Returns 0, or
 * -1 with errno: a pipe cannot. */
int ef_bytes_seek(ef_bytes_t *bytes, int64_t offset);

/* Bytes of the file that were used. */
int64_t ef_bytes_used(const ef_bytes_t *bytes);

/* True for a zstd file. */
int ef_bytes_is_packed(const ef_bytes_t *bytes);

/* True when the bytes read last were an index (index.h): a recorder has ended the file. */
int ef_bytes_is_complete(const ef_bytes_t *bytes);

/* True when the file has ended within a zstd frame. */
int ef_bytes_is_cut(const ef_bytes_t *bytes);

#endif
