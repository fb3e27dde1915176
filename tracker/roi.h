/* Regions of interest: parts of a frame, scaled for the face detector. */
#ifndef EF_ROI_H
#define EF_ROI_H

#include <stddef.h>
#include <stdint.h>

#include "proto/base/buffer.h"
#include "proto/stage/options.h"
#include "tracker/cascade.h"
#include "proto/picture/luma.h"

typedef struct {
	int x, y, w, h; /* pixels of the frame, inside it */
} ef_roi_t;

/* Sets *roi to the square of that side around (x, y), clipped to a w x h frame. Returns 0, or -1
 * when less than a pixel of it is inside or a number is not finite. */
int ef_roi_around(float x, float y, float side, int w, int h, ef_roi_t *roi);

/* An output buffer, kept from call to call; zero-initialised. */
typedef struct {
	ef_luma_t luma; /* what the last call wrote */
	ef_buffer_t buffer;
} ef_plane_t;

void ef_plane_finish(ef_plane_t *plane);

/* The greatest height of a scaled region, in multiples of the requested width; a phone held upright
 * has 2.2. */
#define EF_ROI_TALL 4

/* Scales the region to a width of w pixels and a height in proportion, or to less where that
 * would be higher than EF_ROI_TALL allows: box filter down, bilinear up. plane->luma has the
 * resulting size. Returns 0, or -1 when memory runs out. */
int ef_roi_scale(ef_plane_t *plane, const ef_luma_t *luma, const ef_roi_t *roi, int w);

/* Converts a box (x, y, w, h) in the region as scaled by ef_roi_scale () for w to pixels of the
 * frame. */
void ef_roi_back(const ef_roi_t *roi, int w, float box[4]);

/* Writes the frame's part around place to plane: pixels x pixels, the face upright and face_pixels
 * wide. What lies beyond the frame is black. scratch is overwritten. Returns 0, or -1 when memory
 * runs out or place is outside the frame. */
int ef_roi_upright(ef_plane_t *plane, ef_plane_t *scratch, const ef_luma_t *luma,
	const ef_place_t *place, int face_pixels, int pixels);

#endif
