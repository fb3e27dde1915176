#include "tracker/choice.h"

#include <math.h>

/* Detections of one still face overlap by 0.6 and more; two heads side by side do not at all. */
#define SAME_FACE 0.3f

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

int ef_choose_face(const ef_found_t *found, int count, const float *followed, int w, int h)
{
	int best = -1;
	float most = SAME_FACE;

	for (int i = 0; followed != NULL && i < count; i++) {
		float overlap = ef_box_overlap(found[i].box, followed);

		if (overlap > most) {
			most = overlap;
			best = i;
		}
	}
	for (int i = 0; best == -1 && i < count; i++) {
		int beaten = 0;

		for (int j = 0; j < count; j++) {
			beaten |= worth(found[j].box, w, h) > worth(found[i].box, w, h);
		}
		best = beaten ? -1 : i;
	}
	return best;
}
