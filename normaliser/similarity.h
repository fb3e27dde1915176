/* Similarity transforms of the plane: rotation, uniform scale, shift. */
#ifndef SIMILARITY_H
#define SIMILARITY_H

#include "normaliser/landmarks.h"

/* Maps (x, y) to (a x - b y + dx, b x + a y + dy). */
typedef struct {
	double a, b, dx, dy;
} similarity_t;

/* The least-squares map of count points onto as many others (Umeyama 1991, without reflection).
 * Returns 0, or -1 when the points do not define one: all equal, or not finite. */
int similarity_fit(similarity_t *map, const double (*from)[2], const double (*to)[2], int count);

void similarity_apply(const similarity_t *map, const double from[2], double to[2]);

/* The factor by which it enlarges. */
double similarity_scale(const similarity_t *map);

/* Brings a face's landmarks (pixels, y down) to where its sides (0, 16) and the bridge of its nose
 * (27) lie as near as can be to the fixed points (-0.5, 0), (0.5, 0) and (0, 0.062): y up, in
 * widths of the head, whatever the face's place, size and roll. *map is what was done to (x, -y).
 * Returns 0, or -1 for landmarks that are no face: not finite, in one place, or out of any
 * picture. */
int similarity_normalise(const float pts[2 * EF_LANDMARKS], shape_t *shape, similarity_t *map);

#endif
