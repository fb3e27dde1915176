/* Opens a v4l2loopback device as its one writer, in a format that stays, and writes to it. */
#ifndef EF_SINK_LOOPBACK_WRITER_H
#define EF_SINK_LOOPBACK_WRITER_H

#include <limits.h>

#include "sink/output/output.h"

typedef struct {
	char path[PATH_MAX];
	int fd; /* -1: closed */
	int retry; /* the caller opens it again after EF_SINK_LATER */
	int ours; /* its format and controls have been set */
} ef_loopback_writer_t;

/* Opens the device that the request names, in the request's fourcc, size and rate. room: bytes of a
 * picture at most. A close is due whatever is returned. */
ef_sink_result_t ef_loopback_writer_open(
	ef_loopback_writer_t *writer, const ef_sink_request_t *request, size_t room);

/* Writes one picture in that format. */
ef_sink_result_t ef_loopback_writer_write(
	ef_loopback_writer_t *writer, const uint8_t *data, size_t size);

void ef_loopback_writer_close(ef_loopback_writer_t *writer);

#endif
