/* Y4M, the plain video stream that FFmpeg and its friends read from a pipe. */
#ifndef EF_ANNOTATE_Y4M_H
#define EF_ANNOTATE_Y4M_H

#include <stddef.h>
#include <stdint.h>

#include "proto/stage/options.h"
#include "monitor/canvas.h"

/* Zero-initialised, but for fd and rate. */
typedef struct {
	int fd; /* borrowed */
	ef_rate_t rate;
	int w, h; /* of the stream, set with the first picture */
	uint8_t *planes;
} ef_y4m_t;

/* Writes a picture as I420, and the header before the first. Blocks. Returns 0, or -1 with errno
 * set: EPIPE when the reader has gone, EINVAL when it is not of the stream's size. */
int ef_y4m_write(ef_y4m_t *y4m, const ef_canvas_t *canvas);
void ef_y4m_finish(ef_y4m_t *y4m);

#endif
