/* A request to follow the next person while the stage runs (effigy next-face).
 *
 * The request is FILE, whatever it contains; it is removed once it was seen, so that requests that
 * come faster than frames are one. The answer is FILE.answer, one line. */
#ifndef EF_NEXT_FACE_H
#define EF_NEXT_FACE_H

#include "tracker/track.h"

/* Takes a request, if there is one. file: FILE, or NULL: requests are off. Returns 1, or 0 without
 * one; takes about a microsecond. */
int ef_next_face_asked(const char *file);

/* Follows the next person in luma, the frame of the last step, and writes the answer. *face is
 * replaced when it is another one now. */
void ef_next_face_follow(
	const char *file, ef_track_t *track, const ef_luma_t *luma, ef_face_t *face);

#endif
