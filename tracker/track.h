/* Finds a face at least an eighth of the frame wide, follows it from frame to frame, and detects
 * when it is gone. Whoever was followed is recognised for some seconds, so that neither a larger face
 * nor somebody who passes before her takes her place.
 *
 * Everything is decided from pixels and capture times, so the same frames give the same faces
 * whatever the machine's speed. */
#ifndef EF_TRACK_H
#define EF_TRACK_H

#include <stddef.h>
#include <stdint.h>

#include "proto/wire/message.h"
#include "proto/picture/luma.h"

typedef struct ef_track ef_track_t;

/* model: path of a dlib shape predictor of 68 landmarks. search_ns: while no face is followed,
 * the shortest capture time between two searches of the whole frame; 0 searches every frame.
 * Returns NULL with the reason in why. */
ef_track_t *ef_track_new(const char *model, int64_t search_ns, char *why, size_t why_size);
void ef_track_destroy(ef_track_t **track);

/* Processes the next frame, captured at t (nanoseconds), and fills *face. */
void ef_track_step(ef_track_t *track, const ef_luma_t *luma, int64_t t, ef_face_t *face);

/* What can wait until the face has been sent: confirms it, and looks who else is there, in 2 to 20 ms a few
 * times a second. Call it after a step, with the same frame; the next step knows what was found. What was due and not
 * called for is due in the next step again. */
void ef_track_check(ef_track_t *track, const ef_luma_t *luma);

/* Follows the next person from now on: the one to the right of the one followed in the picture, after
 * the rightmost the leftmost. luma: the frame of the last step. Returns the number of faces in it: with
 * 2 and more, or with 1 when nobody was followed, *face is the new one; else nothing has changed. */
int ef_track_next(ef_track_t *track, const ef_luma_t *luma, ef_face_t *face);

#endif
