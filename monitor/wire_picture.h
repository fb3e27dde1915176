/* Converts an image of the wire to a canvas, in colour. */
#ifndef EF_PICTURE_H
#define EF_PICTURE_H

#include "monitor/canvas.h"
#include "proto/picture/jpeg.h"
#include "proto/wire/image.h"

/* Decodes to *canvas, which gets the image's size. image must be ef_image_valid (). Returns 0,
 * or -1 with the reason in *why, valid until the next call. */
int ef_picture_read(
	ef_jpeg_t *jpeg, const ef_image_t *image, ef_canvas_t *canvas, const char **why);

/* How an image was fitted into another size. */
typedef struct {
	float scale, x, y; /* p -> scale * p + (x, y), for positions in pixels */
} ef_fit_t;

/* Scales from to the size that *to has, with black bars where the aspect ratios differ. */
ef_fit_t ef_picture_fit(const ef_canvas_t *from, ef_canvas_t *to);

#endif
