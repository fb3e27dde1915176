/* Finds a face at least an eighth of the frame wide, follows it from frame to frame, and detects
 * when it is gone.
 *
 * Everything is decided from pixels and capture times, so the same frames give the same faces
 * whatever the machine's speed. */
#ifndef EF_TRACK_H
#define EF_TRACK_H

#include <stddef.h>
#include <stdint.h>

#include "proto/wire/message.h"
#include "tracker/luma.h"

typedef struct ef_track ef_track_t;

/* model: path of a dlib shape predictor of 68 landmarks. search_ns: while no face is followed,
 * the shortest capture time between two searches of the whole frame; 0 searches every frame.
 * Returns NULL with the reason in why. */
ef_track_t *ef_track_new(const char *model, int64_t search_ns, char *why, size_t why_size);
void ef_track_destroy(ef_track_t **track);

/* Processes the next frame, captured at t (nanoseconds), and fills *face. */
void ef_track_step(ef_track_t *track, const ef_luma_t *luma, int64_t t, ef_face_t *face);

#endif
