#include "monitor/canvas_stream.h"

#include <errno.h>
#include <libyuv.h>
#include <stdlib.h>

#include "proto/picture/y4m.h"
#include "proto/wire/image.h"

static int begin(ef_canvas_stream_t *stream, int w, int h)
{
	stream->planes = malloc(ef_image_size(EF_I420, w, h));
	if (stream->planes == NULL) {
		errno = ENOMEM;
		return -1;
	}
	stream->w = w;
	stream->h = h;
	return ef_y4m_write_header(stream->fd, w, h, stream->rate);
}

int ef_canvas_stream_write(ef_canvas_stream_t *stream, const ef_canvas_t *canvas)
{
	int w = canvas->w, h = canvas->h, half = (w + 1) / 2;
	uint8_t *u, *v;

	if (stream->planes == NULL && begin(stream, w, h) == -1) {
		return -1;
	}
	if (w != stream->w || h != stream->h) {
		errno = EINVAL;
		return -1;
	}
	u = stream->planes + (size_t)w * (size_t)h;
	v = u + (size_t)half * (size_t)((h + 1) / 2);
	ARGBToI420(canvas->pixels, 4 * w, stream->planes, w, u, half, v, half, w, h);
	return ef_y4m_write_picture(stream->fd, stream->planes, ef_image_size(EF_I420, w, h));
}

void ef_canvas_stream_finish(ef_canvas_stream_t *stream)
{
	free(stream->planes);
	stream->planes = NULL;
}
