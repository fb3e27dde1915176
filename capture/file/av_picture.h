/* Converts a decoded picture of any format to packed, upright I420. */
#ifndef EF_CAPTURE_AV_PICTURE_H
#define EF_CAPTURE_AV_PICTURE_H

#include <libavutil/frame.h>

#include "proto/wire/image.h"

typedef struct ef_av_picture ef_av_picture_t;

ef_av_picture_t *ef_av_picture_new(void);
void ef_av_picture_destroy(ef_av_picture_t **picture);

/* Sets *image to the frame's picture, turned clockwise by 0, 90, 180 or 270 degrees; it is valid
 * until the next call. Returns 0, or -1 when the format cannot be converted or memory runs out. */
int ef_av_picture_convert(
	ef_av_picture_t *picture, const AVFrame *frame, int degrees, ef_image_t *image);

#endif
