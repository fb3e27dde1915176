/* Writes Y4M, the uncompressed video stream that FFmpeg and others read from a file or a pipe.
 *
 * The writers wait for a reader that does not read, and keep the stage's heartbeat going
 * meanwhile (ef_stats_pulse ()), until the program has been told to stop. They return 0, or -1
 * with errno: EPIPE when the reader has closed the pipe, EINTR when the program was told to stop
 * before all was written, or that of another failure. */
#ifndef EF_Y4M_H
#define EF_Y4M_H

#include <stddef.h>
#include <stdint.h>

#include "proto/stage/options.h"

/* Opens standard output. picture: bytes of one picture, for which a pipe gets room; 0: not known.
 * Returns a descriptor for the caller to close, or -1 with errno. */
int ef_y4m_open_stdout(size_t picture);

/* Creates the file, or empties it; opens a named pipe, which gets room likewise. Returns likewise. */
int ef_y4m_create(const char *path, size_t picture);

int ef_y4m_write_header(int fd, int w, int h, ef_rate_t rate);

/* A packed I420 picture of the header's size, ef_image_size () bytes. */
int ef_y4m_write_picture(int fd, const uint8_t *i420, size_t size);

#endif
