#include "normaliser/person/lips.h"

#include <math.h>

#define FIRST 0.03 /* widths of the head */
#define FALL 0.3 /* seconds */
#define RISE 20.0

static double gap_of(const ef_landmarks_t *face)
{
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		sum += face->p[61 + i][1] - face->p[67 - i][1];
	}
	return sum / 3;
}

void ef_lips_init(ef_lips_t *lips)
{
	lips->closed = FIRST;
}

double ef_lips_step(ef_lips_t *lips, const ef_landmarks_t *face, const ef_landmarks_t *neutral,
	double dt)
{
	double gap = gap_of(face), rest = gap_of(neutral);

	lips->closed = fmin(lips->closed, rest);
	if (gap < lips->closed) {
		lips->closed += (1 - exp(-dt / FALL)) * (gap - lips->closed);
	} else {
		lips->closed += (1 - exp(-dt / RISE)) * (rest - lips->closed);
	}
	return gap - lips->closed;
}
