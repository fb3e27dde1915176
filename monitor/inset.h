/* The normalised face: turned upright, scaled and shifted so that the sides of the head and the
 * bridge of the nose lie at fixed points. */
#ifndef EF_INSET_H
#define EF_INSET_H

#include "proto/wire/message.h"
#include "monitor/canvas.h"

/* p -> (a, -b; b, a) p + (x, y) */
typedef struct {
	float a, b, x, y;
} ef_similarity_t;

/* The similarity from the picture's pixels to a square of that side that brings landmarks 0, 16
 * (sides of the head) and 27 (bridge of the nose) closest to their fixed points. Returns 0, or -1
 * when they lie in one spot. */
int ef_inset_similarity(const float pts[2 * EF_LANDMARKS], float side, ef_similarity_t *similarity);

/* Draws the normalised face of picture, which has these landmarks, into a framed square at the top
 * right of canvas. */
void ef_inset_draw(
	ef_canvas_t *canvas, const ef_canvas_t *picture, const float pts[2 * EF_LANDMARKS]);

#endif
