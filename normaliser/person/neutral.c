#include "normaliser/person/neutral.h"

#include <math.h>
#include <string.h>


#define LEARN_SECONDS 1.0
#define LEARN_FRAMES 8 /* at least, however low the frame rate */

/* Time constant of the correction in seconds: it grows with the time seen, so that a first second
 * which was not neutral is corrected soon, and a neutral face known for long changes slowly. */
#define FOLLOW_MIN 3.0
#define FOLLOW_MAX 30.0
#define FOLLOW_GROWTH 0.5
/* The head at rest always takes FOLLOW_MAX, so that the character moves when the person moves. */

/* Factor of the time constant while the face shows an expression: a long smile must not become
 * neutral, but a wrong neutral face must be corrected in the end. */
#define FOLLOW_FAR 8.0

/* The head's angles towards a webcam above, below or beside the screen, at most (radians); with
 * larger ones the person did not look at the screen in the first second. */
#define REST_YAW 0.45
#define REST_PITCH 0.45
#define REST_ROLL 0.25

/* From this yaw (radians) while learning, the neutral face is made symmetric: its depths are the
 * mean face's, and their errors look like a crooked mouth. */
#define CROOKED_YAW 0.26

static const int mirror[EF_LANDMARKS] = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
	26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42,
	47, 46, 39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62,
	61, 60, 67, 66, 65};

void ef_neutral_init(ef_neutral_t *neutral)
{
	memset(neutral, 0, sizeof(*neutral));
	ef_landmarks_mean(&neutral->landmarks);
}

static double median(double *values, int count)
{
	for (int i = 1; i < count; i++) {
		double value = values[i];
		int j = i;

		for (; j > 0 && values[j - 1] > value; j--) {
			values[j] = values[j - 1];
		}
		values[j] = value;
	}
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double limit(double value, double bound)
{
	return value < -bound ? -bound : value > bound ? bound : value;
}

static void limit_rest(ef_stance_t *rest)
{
	rest->angles[0] = limit(rest->angles[0], REST_YAW);
	rest->angles[1] = limit(rest->angles[1], REST_PITCH);
	rest->angles[2] = limit(rest->angles[2], REST_ROLL);
}

static void take_medians(ef_neutral_t *neutral)
{
	double values[EF_NEUTRAL_SAMPLES];

	for (int i = 0; i < EF_LANDMARKS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			for (int k = 0; k < neutral->count; k++) {
				values[k] = neutral->samples[k].p[i][axis];
			}
			neutral->landmarks.p[i][axis] = median(values, neutral->count);
		}
	}
	for (int axis = 0; axis < 3; axis++) {
		for (int k = 0; k < neutral->count; k++) {
			values[k] = neutral->stances[k].angles[axis];
		}
		neutral->rest.angles[axis] = median(values, neutral->count);
		for (int k = 0; k < neutral->count; k++) {
			values[k] = neutral->stances[k].place[axis];
		}
		neutral->rest.place[axis] = median(values, neutral->count);
	}
}

static void straighten(ef_landmarks_t *landmarks, double yaw)
{
	double share = fmin(1, fabs(yaw) / CROOKED_YAW) / 2;
	ef_landmarks_t crooked = *landmarks;

	for (int i = 0; i < EF_LANDMARKS; i++) {
		const double *other = crooked.p[mirror[i]];

		landmarks->p[i][0] += share * (-other[0] - crooked.p[i][0]);
		landmarks->p[i][1] += share * (other[1] - crooked.p[i][1]);
	}
}

void ef_neutral_learn(
	ef_neutral_t *neutral, const ef_landmarks_t *face, const ef_stance_t *stance, double dt)
{
	neutral->learned += dt;
	if (neutral->count < EF_NEUTRAL_SAMPLES && neutral->learned >= neutral->next) {
		neutral->samples[neutral->count] = *face;
		neutral->stances[neutral->count++] = *stance;
		neutral->next += LEARN_SECONDS / EF_NEUTRAL_SAMPLES;
		take_medians(neutral);
		straighten(&neutral->landmarks, neutral->rest.angles[0]);
		limit_rest(&neutral->rest);
	}
	neutral->ready = neutral->learned >= LEARN_SECONDS && neutral->count >= LEARN_FRAMES;
}

void ef_neutral_follow(ef_neutral_t *neutral, const ef_landmarks_t *face, const ef_stance_t *stance,
	double dt, int near)
{
	double constant = fmin(fmax(FOLLOW_GROWTH * neutral->learned, FOLLOW_MIN), FOLLOW_MAX);
	double far = near ? 1 : FOLLOW_FAR;
	double share = 1 - exp(-dt / (far * constant));
	double stance_share = 1 - exp(-dt / (far * FOLLOW_MAX));

	neutral->learned += dt;
	for (int i = 0; i < EF_LANDMARKS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			double *p = &neutral->landmarks.p[i][axis];

			*p += share * (face->p[i][axis] - *p);
		}
	}
	for (int axis = 0; axis < 3; axis++) {
		neutral->rest.angles[axis] +=
			stance_share * (stance->angles[axis] - neutral->rest.angles[axis]);
		neutral->rest.place[axis] +=
			stance_share * (stance->place[axis] - neutral->rest.place[axis]);
	}
	limit_rest(&neutral->rest);
}

void ef_neutral_loosen(ef_neutral_t *neutral)
{
	neutral->learned = fmin(neutral->learned, LEARN_SECONDS);
}
