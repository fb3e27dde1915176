#include "monitor/y4m.h"

#include <errno.h>
#include <libyuv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/wire/image.h"

static int write_all(int fd, const void *data, size_t size)
{
	const uint8_t *next = data;

	while (size > 0) {
		ssize_t done = write(fd, next, size);

		if (done == -1 && errno != EINTR) {
			return -1;
		}
		if (done > 0) {
			next += done;
			size -= (size_t)done;
		}
	}
	return 0;
}

static int begin(ef_y4m_t *y4m, int w, int h)
{
	char header[128];
	int length = snprintf(header, sizeof(header),
		"YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 C420jpeg XYSCSS=420JPEG\n", w, h, y4m->rate.num,
		y4m->rate.den);

	y4m->planes = malloc(ef_image_size(EF_I420, w, h));
	if (y4m->planes == NULL) {
		errno = ENOMEM;
		return -1;
	}
	y4m->w = w;
	y4m->h = h;
	return write_all(y4m->fd, header, (size_t)length);
}

int ef_y4m_write(ef_y4m_t *y4m, const ef_canvas_t *canvas)
{
	static const char mark[] = "FRAME\n";
	int w = canvas->w, h = canvas->h, half = (w + 1) / 2;
	uint8_t *u, *v;

	if (y4m->planes == NULL && begin(y4m, w, h) == -1) {
		return -1;
	}
	if (w != y4m->w || h != y4m->h) {
		errno = EINVAL;
		return -1;
	}
	u = y4m->planes + (size_t)w * (size_t)h;
	v = u + (size_t)half * (size_t)((h + 1) / 2);
	ARGBToI420(canvas->pixels, 4 * w, y4m->planes, w, u, half, v, half, w, h);
	if (write_all(y4m->fd, mark, sizeof(mark) - 1) == -1) {
		return -1;
	}
	return write_all(y4m->fd, y4m->planes, ef_image_size(EF_I420, w, h));
}

void ef_y4m_finish(ef_y4m_t *y4m)
{
	free(y4m->planes);
	y4m->planes = NULL;
}
