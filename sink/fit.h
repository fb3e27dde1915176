/* Converts and scales renders of any format and size to I420 of the output's size. */
#ifndef EF_SINK_FIT_H
#define EF_SINK_FIT_H

#include "proto/picture/area.h"
#include "proto/wire/image.h"

typedef struct ef_fitter ef_fitter_t;

/* w, h: the output's size, even. Never NULL. */
ef_fitter_t *ef_fitter_new(int w, int h);
void ef_fitter_destroy(ef_fitter_t **fitter);

/* Converts and, where sizes differ, scales (bicubic); the aspect is kept, with black bars where it
 * differs. *out is valid until the next call, and is *in itself, not copied, when that is I420 of
 * the output's size. Returns 0, or -1 for a picture that cannot be converted. */
int ef_fitter_convert(ef_fitter_t *fitter, const ef_image_t *in, ef_image_t *out);

/* Returns the largest centred area of the aspect w : h in an out_w x out_h picture, in even pixels. Bars of a
 * pixel or two, from rounding, are avoided. */
ef_area_t ef_fitter_area(int w, int h, int out_w, int out_h);

#endif
