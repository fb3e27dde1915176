#include "tracker/follow/choice.h"

#include <math.h>

/* The weight of a face's area in the frame's corner; in the middle it is 1. */
#define CORNER_WORTH 0.3f

float ef_box_overlap(const float a[4], const float b[4])
{
	float w = fminf(a[0] + a[2], b[0] + b[2]) - fmaxf(a[0], b[0]);
	float h = fminf(a[1] + a[3], b[1] + b[3]) - fmaxf(a[1], b[1]);
	float both = fmaxf(w, 0) * fmaxf(h, 0);
	float either = a[2] * a[3] + b[2] * b[3] - both;

	return either > 0 ? both / either : 0;
}

static float worth(const float box[4], int w, int h)
{
	float dx = (box[0] + box[2] / 2) / (float)w - 0.5f;
	float dy = (box[1] + box[3] / 2) / (float)h - 0.5f;
	float outward = fminf(hypotf(dx, dy) / hypotf(0.5f, 0.5f), 1);

	return box[2] * box[3] * (1 - (1 - CORNER_WORTH) * outward);
}

int ef_choose_face(const ef_found_t *found, int count, int w, int h)
{
	int best = -1;

	for (int i = 0; i < count; i++) {
		if (best == -1 || worth(found[i].box, w, h) > worth(found[best].box, w, h)) {
			best = i;
		}
	}
	return best;
}

/* True when the middle of a is to the right of that of b, or exactly below it. */
static int is_after(const float a[4], const float b[4])
{
	float right = a[0] + a[2] / 2 - (b[0] + b[2] / 2);

	return right > 0 || (right == 0 && a[1] + a[3] / 2 > b[1] + b[3] / 2);
}

int ef_choose_next(const ef_found_t *found, int count, const float *from)
{
	int right = -1, left = -1;

	for (int i = 0; i < count; i++) {
		int *best = from != NULL && is_after(found[i].box, from) ? &right : &left;

		if (*best == -1 || is_after(found[*best].box, found[i].box)) {
			*best = i;
		}
	}
	return right != -1 ? right : left;
}
