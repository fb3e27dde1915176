#include "normaliser/person/open_eyes.h"

#include "proto/geometry/similarity.h"

/* Open eyes are read as closed by less, also those that look down a little. */
#define SHUT 0.25F

static const struct {
	int corners[2], lids[4];
} eyes[2] = {{{42, 45}, {43, 44, 46, 47}}, {{36, 39}, {37, 38, 40, 41}}};

static void open_eye(ef_landmarks_t *landmarks, int side)
{
	const int *corners = eyes[side].corners;
	ef_landmarks_t mean;
	ef_similarity_t map;
	float from[4], to[4];

	ef_landmarks_mean(&mean);
	for (int i = 0; i < 4; i++) {
		from[i] = (float)mean.p[corners[i / 2]][i % 2];
		to[i] = (float)landmarks->p[corners[i / 2]][i % 2];
	}
	if (ef_similarity_fit(&map, from, to, 2) == -1) {
		return;
	}
	for (int i = 0; i < 4; i++) {
		int lid = eyes[side].lids[i];

		landmarks->p[lid][0] = ef_similarity_x(&map, mean.p[lid][0], mean.p[lid][1]);
		landmarks->p[lid][1] = ef_similarity_y(&map, mean.p[lid][0], mean.p[lid][1]);
	}
}

void ef_open_eyes(ef_landmarks_t *landmarks, ef_reading_t *read)
{
	for (int side = 0; side < 2; side++) {
		if (read->lids[side] > SHUT) {
			open_eye(landmarks, side);
			read->lids[side] = 0;
		}
	}
}
