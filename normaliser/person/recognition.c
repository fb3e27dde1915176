#include "normaliser/person/recognition.h"

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

/* Distances from which it is somebody else, and, after that, to which it is the same again. */
#define OTHER 2.1
#define SAME 1.5

/* A point of the right side or the middle, and by how much it differs with one person: widths of the
 * head. Brows move. */
static const struct {
	int point;
	double unit;
} points[EF_RECOGNITION_POINTS] = {
	{27, 0.004},
	{28, 0.004},
	{29, 0.004},
	{30, 0.004},
	{31, 0.004},
	{32, 0.004},
	{33, 0.004},
	{36, 0.004},
	{39, 0.004},
	{17, 0.006},
	{18, 0.006},
	{19, 0.006},
	{20, 0.006},
	{21, 0.006},
};

void ef_recognition_init(ef_recognition_t *recognition)
{
	*recognition = (ef_recognition_t){0};
}

/* Takes from the differences what is like the change: a projection. */
static void take_away(double off[EF_RECOGNITION_POINTS][2], double change[EF_RECOGNITION_POINTS][2])
{
	double along = 0, length = 0;

	for (int i = 0; i < EF_RECOGNITION_POINTS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			along += off[i][axis] * change[i][axis];
			length += change[i][axis] * change[i][axis];
		}
	}
	for (int i = 0; i < EF_RECOGNITION_POINTS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			off[i][axis] -= along / length * change[i][axis];
		}
	}
}

double ef_recognition_distance(const double mean[EF_RECOGNITION_POINTS][2])
{
	double off[EF_RECOGNITION_POINTS][2], nearer[EF_RECOGNITION_POINTS][2];
	double nodded[EF_RECOGNITION_POINTS][2], sum = 0;

	for (int i = 0; i < EF_RECOGNITION_POINTS; i++) {
		const double *p = ef_face_model[points[i].point];

		for (int axis = 0; axis < 2; axis++) {
			off[i][axis] = mean[i][axis] / points[i].unit;
			/* Perspective: a point is larger by the share by which it is nearer. */
			nearer[i][axis] = p[2] * p[axis] / points[i].unit;
		}
		nodded[i][0] = 0;
		nodded[i][1] = p[2] / points[i].unit;
	}
	take_away(off, nodded);
	take_away(nearer, nodded);
	take_away(off, nearer);
	for (int i = 0; i < EF_RECOGNITION_POINTS; i++) {
		sum += off[i][0] * off[i][0] + off[i][1] * off[i][1];
	}
	return sqrt(sum / (2 * EF_RECOGNITION_POINTS));
}

static void add(
	ef_recognition_t *recognition, const ef_landmarks_t *landmarks, const ef_sight_t *sight)
{
	for (int i = 0; i < EF_RECOGNITION_POINTS; i++) {
		int a = points[i].point, b = ef_landmark_mirror[a];
		const double(*now)[2] = sight->straight.p, (*known)[2] = landmarks->p;

		recognition->sum[i][0] += (now[a][0] - known[a][0] - (now[b][0] - known[b][0])) / 2;
		recognition->sum[i][1] += (now[a][1] - known[a][1] + (now[b][1] - known[b][1])) / 2;
	}
	recognition->frames++;
}

static void compare(ef_recognition_t *recognition)
{
	double mean[EF_RECOGNITION_POINTS][2], distance;

	for (int i = 0; i < EF_RECOGNITION_POINTS; i++) {
		mean[i][0] = recognition->sum[i][0] / recognition->frames;
		mean[i][1] = recognition->sum[i][1] / recognition->frames;
	}
	distance = ef_recognition_distance(mean);
	recognition->doubts = distance > OTHER ? recognition->doubts + 1 : 0;
	recognition->is_other =
		(recognition->is_other && distance > SAME) || recognition->doubts >= DOUBTS;
	recognition->seconds = 0;
	recognition->frames = 0;
	memset(recognition->sum, 0, sizeof(recognition->sum));
}

void ef_recognition_step(ef_recognition_t *recognition, const ef_landmarks_t *landmarks,
	const ef_face_t *face, double dt)
{
	ef_sight_t sight = {0};

	if (ef_sight_take(&sight, landmarks, face) == -1 ||
		fabs(sight.stance.angles[0]) > AHEAD_YAW ||
		fabs(sight.stance.angles[1]) > AHEAD_PITCH) {
		return;
	}
	add(recognition, landmarks, &sight);
	recognition->seconds += dt;
	if (recognition->seconds >= SECONDS && recognition->frames >= FRAMES) {
		compare(recognition);
	}
}
