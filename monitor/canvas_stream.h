/* Writes canvases as Y4M. */
#ifndef EF_CANVAS_STREAM_H
#define EF_CANVAS_STREAM_H

#include <stdint.h>

#include "monitor/canvas.h"
#include "proto/stage/options.h"

/* Zero-initialised, but for fd and rate. */
typedef struct {
	int fd; /* borrowed */
	ef_rate_t rate;
	int w, h; /* of the stream, set with the first canvas */
	uint8_t *planes; /* I420 */
} ef_canvas_stream_t;

/* Writes a canvas as I420, and the header before the first. Returns 0, or -1 with errno: EINVAL
 * when the canvas does not have the stream's size, or one of proto/picture/y4m.h. */
int ef_canvas_stream_write(ef_canvas_stream_t *stream, const ef_canvas_t *canvas);
void ef_canvas_stream_finish(ef_canvas_stream_t *stream);

#endif
