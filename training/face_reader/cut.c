/* training-cut: what the tracker's readers see of a film, for training them. Reads Y4M;
 * writes, for each frame, a record of 32-bit floats (1 when a face is tracked, the 68 landmarks,
 * x, y, size and roll of each patch) followed by the patches' bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracker/read/patches.h"
#include "tracker/track.h"

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"
#define PATCH_BYTES (EF_PATCH_SIDE * EF_PATCH_SIDE)

typedef struct {
	float tracked;
	float pts[2 * EF_LANDMARKS];
	ef_place_t places[EF_PATCHES];
	uint8_t patches[EF_PATCHES][PATCH_BYTES];
} record_t;

static void cut(const ef_luma_t *luma, const ef_face_t *face, record_t *record)
{
	static ef_plane_t patch, scratch;

	*record = (record_t){0};
	if (face->state != EF_TRACKED || ef_patches_place(face->pts, record->places) == -1) {
		return;
	}
	memcpy(record->pts, face->pts, sizeof(record->pts));
	for (int i = 0; i < EF_PATCHES; i++) {
		if (ef_patch_cut(&patch, &scratch, luma, &record->places[i]) == -1) {
			return;
		}
		memcpy(record->patches[i], patch.luma.data, PATCH_BYTES);
	}
	record->tracked = 1;
}

int main(void)
{
	char line[256], why[256];
	int w, h;
	uint8_t *frame;
	ef_track_t *track = ef_track_new(MODEL, 0, why, sizeof(why));

	if (track == NULL) {
		fprintf(stderr, "training-cut: cannot use %s: %s\n", MODEL, why);
		return 1;
	}
	if (fgets(line, sizeof(line), stdin) == NULL ||
		sscanf(line, "YUV4MPEG2 W%d H%d", &w, &h) != 2 ||
		ef_image_size(EF_I420, w, h) == 0) {
		fprintf(stderr, "training-cut: standard input is not Y4M\n");
		return 1;
	}
	frame = malloc(ef_image_size(EF_I420, w, h));
	for (int64_t i = 0; frame != NULL && fgets(line, sizeof(line), stdin) != NULL &&
			    fread(frame, ef_image_size(EF_I420, w, h), 1, stdin) == 1;
		i++) {
		ef_luma_t luma = {frame, w, w, h};
		ef_face_t face;
		record_t record;

		ef_track_step(track, &luma, i * 33333333, &face);
		ef_track_check(track, &luma);
		cut(&luma, &face, &record);
		fwrite(&record, sizeof(record), 1, stdout);
	}
	free(frame);
	ef_track_destroy(&track);
	return 0;
}
