/* The mean face: the 68 landmarks in three dimensions. */
#ifndef EF_FACE_MODEL_H
#define EF_FACE_MODEL_H

#include "normaliser/geometry/landmarks.h"

/* x to the image's right, y up, z towards the webcam, in widths of the head (points 0 to 16,
 * about 14 cm); symmetric; the origin is half way between points 0 and 16, in the depth of the
 * eyes. */
extern const double ef_face_model[EF_LANDMARKS][3];

/* How rigidly each point moves with the skull, 0 to 1. */
extern const double ef_face_rigidity[EF_LANDMARKS];

#endif
