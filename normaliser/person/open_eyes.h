/* The first second may show shut eyes: somebody blinks, reads a keyboard, cries. Taken for the face at
 * rest, they would be shown open, and open ones wide. */
#ifndef EF_OPEN_EYES_H
#define EF_OPEN_EYES_H

#include "normaliser/geometry/landmarks.h"
#include "proto/wire/message.h"

/* Gives eyes that are read as shut the lids of the mean face, between this face's corners, and the
 * reading of open ones. */
void ef_open_eyes(ef_landmarks_t *landmarks, ef_reading_t *read);

#endif
