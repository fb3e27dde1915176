/* The mean face in three dimensions, for the 68 landmarks. */
#ifndef FACE_MODEL_H
#define FACE_MODEL_H

#include "normaliser/landmarks.h"

/* x to the picture's right, y up, z towards the camera, in widths of the head (points 0 to 16,
 * about 14 cm); symmetric; the origin is half way between points 0 and 16, in the depth of the
 * eyes. */
extern const double face_model[EF_LANDMARKS][3];

/* How far each point can be trusted to move with the skull, 0 to 1. */
extern const double face_rigidity[EF_LANDMARKS];

#endif
