/* The upright squares of a face that the readers look at: each eye with its brow, the mouth, and the
 * whole face. They are placed by those landmarks that no expression moves much. */
#ifndef EF_PATCHES_H
#define EF_PATCHES_H

#include "tracker/roi.h"

/* Left is the subject's. The right eye's patch is mirrored where it is read, so that one reader
 * knows both. */
enum { EF_PATCH_LEFT_EYE, EF_PATCH_RIGHT_EYE, EF_PATCH_MOUTH, EF_PATCH_FACE, EF_PATCHES };

#define EF_PATCH_SIDE 40 /* pixels of a patch, once cut */

/* Sets where the patches of a face lie in the frame. Returns 0, or -1 when the landmarks do not
 * define it: not finite, or all in one place. */
int ef_patches_place(const float pts[2 * EF_LANDMARKS], ef_place_t places[EF_PATCHES]);

/* Cuts a patch of EF_PATCH_SIDE x EF_PATCH_SIDE pixels, upright; what lies beyond the frame is
 * black. scratch is overwritten. Returns 0, or -1 when memory runs out or the place is outside the
 * frame. */
int ef_patch_cut(
	ef_plane_t *patch, ef_plane_t *scratch, const ef_luma_t *luma, const ef_place_t *place);

#endif
