#include "tracker/next_face.h"

#include <czmq.h>

#include "proto/base/memory.h"
#include "proto/stage/answer.h"

int ef_next_face_asked(const char *file)
{
	/* What cannot be removed, such as a folder, would be a request in each frame. */
	return file != NULL && access(file, F_OK) == 0 && unlink(file) == 0;
}

void ef_next_face_follow(
	const char *file, ef_track_t *track, const ef_luma_t *luma, ef_face_t *face)
{
	int tracked = face->state == EF_TRACKED;
	int count = ef_track_next(track, luma, face);
	char *text;

	if (count == 0) {
		text = ef_memory_copy("no face is seen\n");
	} else if (tracked && count == 1) {
		text = ef_memory_copy("no other face is seen\n");
	} else {
		text = ef_memory_print("follows another face, one of %d, at %.0f, %.0f\n", count,
			face->box[0] + face->box[2] / 2, face->box[1] + face->box[3] / 2);
	}
	ef_answer(file, text);
	freen(text);
}
