#include "tracker/follow/settle.h"

#include <math.h>
#include <string.h>

/* Landmarks are averaged over STARTS starts that are SPREAD apart, and found again from a better
 * start when the face has moved by MOVED; both in sizes of the face. */
#define STARTS 3
#define SPREAD 0.03f
#define MOVED 0.02f

/* Averaging three slightly different starts halves the error that comes from the start, and with it
 * the jitter. Returns the residual. */
static float look(ef_cascade_t *cascade, const ef_luma_t *luma, ef_place_t *place, float *pts)
{
	float found[STARTS][2 * EF_LANDMARKS], residual;
	ef_place_t starts[STARTS];

	for (int i = 0; i < STARTS; i++) {
		float angle = (float)i * 2 * (float)M_PI / STARTS;

		starts[i] = *place;
		starts[i].x += SPREAD * place->size * cosf(angle);
		starts[i].y += SPREAD * place->size * sinf(angle);
		starts[i].size *= 1 + SPREAD * (float)(i - 1);
	}
	ef_cascade_landmarks(cascade, luma, starts, STARTS, found);
	for (int j = 0; j < 2 * EF_LANDMARKS; j++) {
		pts[j] = 0;
		for (int i = 0; i < STARTS; i++) {
			pts[j] += found[i][j] / STARTS;
		}
	}
	ef_cascade_fit(cascade, pts, place, &residual);
	return residual;
}

/* True when the face has moved so far that a second search from there gives better landmarks. */
static int has_moved(const ef_place_t *from, const ef_place_t *to)
{
	return hypotf(to->x - from->x, to->y - from->y) > MOVED * from->size ||
	       fabsf(to->size - from->size) > MOVED * from->size ||
	       fabsf(to->roll - from->roll) > MOVED;
}

float ef_settle(ef_cascade_t *cascade, const ef_luma_t *luma, ef_place_t *place,
	float pts[2 * EF_LANDMARKS], int times)
{
	float residual = 0;
	int moved = 1;

	for (int i = 0; i < times && moved; i++) {
		ef_place_t before = *place;

		residual = look(cascade, luma, place, pts);
		moved = has_moved(&before, place);
	}
	return residual;
}
