/* training-sight: what the normaliser's solver sees of faces, for training it. Reads records of
 * 32-bit floats: 1 for the first face of a person, else 0; 1 when a face is tracked; width and height
 * of the frame; seconds since the last; the 68 landmarks. Writes, for each, a record: 1 when it can be
 * seen; the straight landmarks and the person's neutral ones, in widths of the head; yaw, pitch and
 * roll, of the head and of the head at rest. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "normaliser/person/neutral.h"

#define DT_MAX 0.2

typedef struct {
	float first, tracked, w, h, dt, pts[2 * EF_LANDMARKS];
} seen_t;

typedef struct {
	float valid, straight[2 * EF_LANDMARKS], neutral[2 * EF_LANDMARKS], angles[3], rest[3];
} sight_t;

static void write_sight(const ef_sight_t *sight, const ef_neutral_t *neutral, sight_t *out)
{
	out->valid = 1;
	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		out->straight[i] = (float)sight->straight.p[i / 2][i % 2];
		out->neutral[i] = (float)neutral->landmarks.p[i / 2][i % 2];
	}
	for (int axis = 0; axis < 3; axis++) {
		out->angles[axis] = (float)sight->stance.angles[axis];
		out->rest[axis] = (float)neutral->rest.angles[axis];
	}
}

/* Sees a face as the normaliser does; leaves *out when it cannot be seen. */
static void see(ef_neutral_t *neutral, const seen_t *in, ef_sight_t *sight, sight_t *out)
{
	ef_face_t face = {.w = (int)in->w, .h = (int)in->h, .state = EF_TRACKED};
	double dt = fmin(in->dt, DT_MAX);
	ef_glimpse_t seen;

	memcpy(face.pts, in->pts, sizeof(face.pts));
	if (ef_neutral_see(neutral, &face, dt, sight) == -1) {
		return;
	}
	write_sight(sight, neutral, out);
	if (neutral->ready) {
		seen = ef_neutral_glimpse(&face, sight);
		ef_neutral_follow(neutral, &seen, dt);
	}
}

int main(void)
{
	static ef_neutral_t neutral;
	seen_t in;

	ef_neutral_init(&neutral);
	while (fread(&in, sizeof(in), 1, stdin) == 1) {
		ef_sight_t sight = {0};
		sight_t out = {0};

		if (in.first != 0) {
			ef_neutral_init(&neutral);
		}
		if (in.tracked != 0) {
			see(&neutral, &in, &sight, &out);
		}
		fwrite(&out, sizeof(out), 1, stdout);
	}
	return 0;
}
