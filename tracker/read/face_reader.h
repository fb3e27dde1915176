/* Reads eyes, brows and mouth from their pixels: small learned networks that correct the landmarks
 * there, where the cascade fails most, and tell what landmarks cannot (ef_reading_t). They are
 * trained on modelled faces alone (training/face_reader). */
#ifndef EF_FACE_READER_H
#define EF_FACE_READER_H

#include <stddef.h>

#include "proto/wire/message.h"
#include "proto/picture/luma.h"

typedef struct ef_face_reader ef_face_reader_t;

/* path: weights of the model "face-reader". Returns NULL with the reason in why. */
ef_face_reader_t *ef_face_reader_load(const char *path, char *why, size_t why_size);
void ef_face_reader_destroy(ef_face_reader_t **self);

/* Sets the reading and the pitch of a tracked face, and moves the landmarks of its brows, eyes and mouth to where
 * the pixels show them. Leaves a face as it is whose patches cannot be cut. */
void ef_face_reader_read(ef_face_reader_t *self, const ef_luma_t *luma, ef_face_t *face);

#endif
