/* The region of interest: the part of a picture where the face must be, at the detector's size. */
#ifndef EF_ROI_H
#define EF_ROI_H

#include <stddef.h>
#include <stdint.h>

#include "proto/base/buffer.h"
#include "proto/stage/options.h"
#include "tracker/cascade.h"
#include "tracker/luma.h"

typedef struct {
	int x, y, w, h; /* pixels of the frame, inside it */
} ef_roi_t;

/* The square of that side round (x, y), cut at the borders of a w x h frame. Returns 0, or -1 when
 * less than a pixel of it is inside or a number is not finite. */
int ef_roi_around(float x, float y, float side, int w, int h, ef_roi_t *roi);

/* A plane that is written into, kept from call to call; zero-initialised. */
typedef struct {
	ef_luma_t luma; /* what was written last */
	ef_buffer_t buffer;
} ef_plane_t;

/* Makes room for w x h and sets luma. Returns 0, or -1 when memory runs out. */
int ef_plane_room(ef_plane_t *plane, int w, int h);
void ef_plane_finish(ef_plane_t *plane);

/* What a scaled region has at most: so many times its asked width in height (a phone held upright
 * has 2.2), and so many pixels, which the detector searches in about half a second. */
#define EF_ROI_TALL 4
#define EF_ROI_PIXELS_MAX (3840.0 * 2160.0)

/* Scales the region to w pixels wide, its height in proportion, or to less where that would be more
 * than the bounds above: box filter down, bilinear up. plane->luma tells the size it has got. Returns
 * 0, or -1 when memory runs out. */
int ef_roi_scale(ef_plane_t *plane, const ef_luma_t *luma, const ef_roi_t *roi, int w);

/* Takes a box (x, y, w, h) of the region as ef_roi_scale scales it for w back to the frame's
 * pixels. */
void ef_roi_back(const ef_roi_t *roi, int w, float box[4]);

/* The frame round place as a picture of pixels x pixels in which the face is upright and
 * face_pixels wide. What lies beyond the frame is black. scratch is overwritten. Returns 0, or -1
 * when memory runs out or place is outside. */
int ef_roi_upright(ef_plane_t *plane, ef_plane_t *scratch, const ef_luma_t *luma,
	const ef_place_t *place, int face_pixels, int pixels);

#endif
