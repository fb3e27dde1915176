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

/* As in normaliser.c. Returns 0, or -1 when the face cannot be seen. */
static int see(ef_neutral_t *neutral, const seen_t *in, ef_sight_t *sight)
{
	ef_face_t face = {.w = (int)in->w, .h = (int)in->h, .state = EF_TRACKED};
	const ef_glimpse_t seen = {&sight->straight, &sight->stance, NULL};
	double dt = fmin(in->dt, DT_MAX);
	ef_landmarks_t mean;

	memcpy(face.pts, in->pts, sizeof(face.pts));
	ef_landmarks_mean(&mean);
	if (!neutral->ready) {
		if (ef_sight_take(sight, &mean, &face) == -1) {
			return -1;
		}
		ef_neutral_learn(neutral, &seen, dt);
	}
	if (ef_sight_take(sight, &neutral->landmarks, &face) == -1) {
		return -1;
	}
	if (neutral->ready) {
		ef_neutral_follow(neutral, &seen, dt);
	}
	return 0;
}

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
		if (in.tracked != 0 && see(&neutral, &in, &sight) == 0) {
			write_sight(&sight, &neutral, &out);
		}
		fwrite(&out, sizeof(out), 1, stdout);
	}
	return 0;
}
