/* The normalised face: the frame rotated, scaled and shifted so that the sides of the head and the
 * bridge of the nose lie at fixed points. */
#ifndef EF_INSET_H
#define EF_INSET_H

#include "monitor/canvas.h"
#include "proto/geometry/similarity.h"
#include "proto/wire/message.h"

/* The similarity from the frame's pixels to a square of that side (pixels) that brings landmarks 0,
 * 16 (sides of the head) and 27 (bridge of the nose) closest to their fixed points. Returns 0, or
 * -1 when the landmarks coincide or are not finite. */
int ef_inset_similarity(const float pts[2 * EF_LANDMARKS], float side, ef_similarity_t *similarity);

/* Draws the normalised face into a framed square at the top right of canvas. frame: the frame
 * without drawings; pts: the face's landmarks in pixels of the frame. */
void ef_inset_draw(
	ef_canvas_t *canvas, const ef_canvas_t *frame, const float pts[2 * EF_LANDMARKS]);

#endif
