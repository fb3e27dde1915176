/* Landmarks of a synthetic head in a known pose, with known expressions. */
#ifndef SYNTHETIC_FACE_H
#define SYNTHETIC_FACE_H

#include <math.h>

#include "normaliser/geometry/face_model.h"

#define DEGREES (M_PI / 180)

typedef struct {
	double points[EF_LANDMARKS][3]; /* widths of the head, y up */
	double yaw, pitch, roll; /* degrees */
	double width, x, y; /* pixels; x, y: of the point between the sides of the head */
} head_t;

static inline head_t head_at_rest(void)
{
	head_t head = {.width = 160, .x = 320, .y = 200};

	for (int i = 0; i < EF_LANDMARKS; i++) {
		for (int axis = 0; axis < 3; axis++) {
			head.points[i][axis] = ef_face_model[i][axis];
		}
	}
	return head;
}

/* Another person: a longer nose, deeper and lower-set brows, a narrower mouth. */
static inline head_t other_head(void)
{
	head_t head = head_at_rest();

	for (int i = 0; i < EF_LANDMARKS; i++) {
		head.points[i][2] *= 1.12;
		if (i >= 17 && i <= 26) {
			head.points[i][1] -= 0.015;
		}
		if (i >= 48) {
			head.points[i][0] *= 0.92;
			head.points[i][1] -= 0.01;
		}
	}
	return head;
}

static inline void head_move(head_t *head, int from, int to, double x, double y)
{
	for (int i = from; i <= to; i++) {
		head->points[i][0] += x;
		head->points[i][1] += y;
	}
}

/* down: gap between the inner lips, in widths of the head. */
static inline void head_open_jaw(head_t *head, double down)
{
	head_move(head, 5, 11, 0, -down * 0.6);
	head_move(head, 55, 59, 0, -down);
	head_move(head, 65, 67, 0, -down);
	head_move(head, 48, 48, 0.02 * down, -0.4 * down);
	head_move(head, 60, 60, 0.02 * down, -0.4 * down);
	head_move(head, 54, 54, -0.02 * down, -0.4 * down);
	head_move(head, 64, 64, -0.02 * down, -0.4 * down);
}

/* Closes an eye: the upper lid goes down to the lower one. first: 36 or 42. */
static inline void head_close_eye(head_t *head, int first, double share)
{
	double height = head->points[first + 1][1] - head->points[first + 5][1];

	head_move(head, first + 1, first + 2, 0, -share * height);
}

/* Both corners of the mouth go outwards and up by as much, and the lips beside them half as far. */
static inline void head_smile(head_t *head, double by)
{
	static const int corners[2][2] = {{48, 60}, {54, 64}};
	static const int beside[2][6] = {{49, 59, 61, 67, 50, 58}, {53, 55, 63, 65, 52, 56}};

	for (int side = 0; side < 2; side++) {
		double out = side == 0 ? -by : by;

		for (int i = 0; i < 2; i++) {
			head_move(head, corners[side][i], corners[side][i], out, by);
		}
		for (int i = 0; i < 6; i++) {
			head_move(head, beside[side][i], beside[side][i], out / 2, by / 2);
		}
	}
}

/* Makes somebody else of a head: a longer and wider nose, eyes and brows closer together. */
static inline void head_alter(head_t *head)
{
	head_move(head, 30, 35, 0, -0.03);
	head_move(head, 31, 32, -0.02, 0);
	head_move(head, 34, 35, 0.02, 0);
	head_move(head, 36, 41, 0.02, 0);
	head_move(head, 42, 47, -0.02, 0);
	head_move(head, 17, 21, 0.03, 0);
	head_move(head, 22, 26, -0.03, 0);
}

/* yaw: the nose goes to the image's right; pitch: down; roll: counter-clockwise. */
static inline void head_seen(const head_t *head, ef_face_t *face)
{
	double cy = cos(head->yaw * DEGREES), sy = sin(head->yaw * DEGREES);
	double cp = cos(head->pitch * DEGREES), sp = sin(head->pitch * DEGREES);
	double cr = cos(head->roll * DEGREES), sr = sin(head->roll * DEGREES);

	*face = (ef_face_t){.w = 640, .h = 480, .state = EF_TRACKED, .n = 1, .score = 1};
	for (int i = 0; i < EF_LANDMARKS; i++) {
		const double *p = head->points[i];
		double y1 = cp * p[1] - sp * p[2], z1 = sp * p[1] + cp * p[2];
		double x2 = cy * p[0] + sy * z1;
		double x3 = cr * x2 - sr * y1, y3 = sr * x2 + cr * y1;

		face->pts[2 * i] = (float)(head->x + head->width * x3);
		face->pts[2 * i + 1] = (float)(head->y - head->width * y3);
	}
}

#endif
