#include "normaliser/person/likeness.h"

#include <math.h>
#include <string.h>

#include "normaliser/geometry/face_model.h"
#include "normaliser/geometry/sight.h"

#define SECONDS 5.0
#define FRAMES 20 /* at least, however low the frame rate */
#define DOUBTS 2

/* A face turned by more (yaw, pitch; radians) says less of its proportions. */
#define AHEAD_YAW 0.3
#define AHEAD_PITCH 0.35

/* See the header of ef_likeness_distance () for the unit. */
#define OTHER 1.7
#define SAME 1.3

/* A point of the right side or the middle, and by how much it differs with one person: widths of the
 * head. Brows move. */
static const struct {
	int point;
	double unit;
} points[EF_LIKENESS_POINTS] = {
	{27, 0.004},
	{28, 0.004},
	{29, 0.004},
	{30, 0.004},
	{31, 0.004},
	{32, 0.004},
	{33, 0.004},
	{36, 0.004},
	{39, 0.004},
	{17, 0.009},
	{18, 0.009},
	{19, 0.009},
	{20, 0.009},
	{21, 0.009},
};

void ef_likeness_init(ef_likeness_t *likeness)
{
	*likeness = (ef_likeness_t){0};
}

/* Takes from the differences what is most like the change that the model makes: a projection. */
static void take_away(double off[EF_LIKENESS_POINTS][2], double change[EF_LIKENESS_POINTS][2])
{
	double along = 0, length = 0;

	for (int i = 0; i < EF_LIKENESS_POINTS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			along += off[i][axis] * change[i][axis];
			length += change[i][axis] * change[i][axis];
		}
	}
	for (int i = 0; i < EF_LIKENESS_POINTS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			off[i][axis] -= along / length * change[i][axis];
		}
	}
}

double ef_likeness_distance(const double mean[EF_LIKENESS_POINTS][2])
{
	double off[EF_LIKENESS_POINTS][2], nearer[EF_LIKENESS_POINTS][2], sum = 0;

	for (int i = 0; i < EF_LIKENESS_POINTS; i++) {
		const double *p = ef_face_model[points[i].point];

		for (int axis = 0; axis < 2; axis++) {
			off[i][axis] = mean[i][axis] / points[i].unit;
			/* Perspective: a point is larger by the share by which it is nearer. */
			nearer[i][axis] = p[2] * p[axis] / points[i].unit;
		}
	}
	take_away(off, nearer);
	for (int i = 0; i < EF_LIKENESS_POINTS; i++) {
		sum += off[i][0] * off[i][0] + off[i][1] * off[i][1];
	}
	return sqrt(sum / (2 * EF_LIKENESS_POINTS));
}

static void add(ef_likeness_t *likeness, const ef_landmarks_t *landmarks, const ef_sight_t *sight)
{
	for (int i = 0; i < EF_LIKENESS_POINTS; i++) {
		int a = points[i].point, b = ef_landmark_mirror[a];
		const double(*now)[2] = sight->straight.p, (*known)[2] = landmarks->p;

		likeness->sum[i][0] += (now[a][0] - known[a][0] - (now[b][0] - known[b][0])) / 2;
		likeness->sum[i][1] += (now[a][1] - known[a][1] + (now[b][1] - known[b][1])) / 2;
	}
	likeness->frames++;
}

static void compare(ef_likeness_t *likeness)
{
	double mean[EF_LIKENESS_POINTS][2], distance;

	for (int i = 0; i < EF_LIKENESS_POINTS; i++) {
		mean[i][0] = likeness->sum[i][0] / likeness->frames;
		mean[i][1] = likeness->sum[i][1] / likeness->frames;
	}
	distance = ef_likeness_distance(mean);
	likeness->doubts = distance > OTHER ? likeness->doubts + 1 : 0;
	likeness->is_other = (likeness->is_other && distance > SAME) || likeness->doubts >= DOUBTS;
	likeness->seconds = 0;
	likeness->frames = 0;
	memset(likeness->sum, 0, sizeof(likeness->sum));
}

void ef_likeness_step(
	ef_likeness_t *likeness, const ef_landmarks_t *landmarks, const ef_face_t *face, double dt)
{
	ef_sight_t sight = {0};

	if (ef_sight_take(&sight, landmarks, face) == -1 ||
		fabs(sight.stance.angles[0]) > AHEAD_YAW ||
		fabs(sight.stance.angles[1]) > AHEAD_PITCH) {
		return;
	}
	add(likeness, landmarks, &sight);
	likeness->seconds += dt;
	if (likeness->seconds >= SECONDS && likeness->frames >= FRAMES) {
		compare(likeness);
	}
}
