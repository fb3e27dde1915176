#include "normaliser/person/neutral.h"

#include <math.h>
#include <string.h>

#include "normaliser/person/open_eyes.h"

/* A reading consists of these only. */
#define READING_NUMBERS (sizeof(ef_reading_t) / sizeof(float))

#define LEARN_SECONDS 1.0
#define LEARN_FRAMES 8 /* at least, however low the frame rate */

/* Time constant of the correction in seconds: it grows with the time seen, so that a first second
 * which was not neutral is corrected soon, and a neutral face known for long changes slowly. */
#define FOLLOW_MIN 3.0
#define FOLLOW_MAX 30.0
#define FOLLOW_GROWTH 0.5
/* The head at rest always takes FOLLOW_MAX, so that the character moves when the person moves; so does a
 * neutral face that was known at the start. */

/* Near the neutral face: its landmarks 17 to 67 are moved by less (root mean square, widths of the
 * head), and the head is turned by less (radians). */
#define NEAR_MOVED 0.012
#define NEAR_TURN 0.2

/* Factor of the time constant while the face shows an expression: a long smile must not become
 * neutral, but a wrong neutral face must be corrected in the end. */
#define FOLLOW_FAR 8.0

#define FACE_FIRST 17 /* the first landmark that is not of the jaw */

/* The head's angles towards a webcam above, below or beside the screen, at most (radians); with
 * larger ones the person did not look at the screen in the first second. */
#define REST_YAW 0.45
#define REST_PITCH 0.45
#define REST_ROLL 0.25

/* From this yaw (radians) while learning, the neutral face is made symmetric: its depths are the
 * mean face's, and their errors look like a crooked mouth. */
#define CROOKED_YAW 0.26

void ef_neutral_init(ef_neutral_t *neutral)
{
	memset(neutral, 0, sizeof(*neutral));
	ef_landmarks_mean(&neutral->landmarks);
}

void ef_neutral_know(
	ef_neutral_t *neutral, const ef_landmarks_t *landmarks, const ef_reading_t *read)
{
	neutral->known = 1;
	neutral->landmarks = *landmarks;
	if (read != NULL) {
		neutral->known_read = 1;
		neutral->read = *read;
	}
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

static void learn_landmarks(ef_neutral_t *neutral)
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
}

static void learn_rest(ef_neutral_t *neutral)
{
	double values[EF_NEUTRAL_SAMPLES];

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

static void learn_reading(ef_neutral_t *neutral)
{
	double values[EF_NEUTRAL_SAMPLES];

	for (size_t i = 0; i < READING_NUMBERS; i++) {
		for (int k = 0; k < neutral->count; k++) {
			values[k] = ((const float *)&neutral->readings[k])[i];
		}
		((float *)&neutral->read)[i] = (float)median(values, neutral->count);
	}
}

static void straighten(ef_landmarks_t *landmarks, double yaw)
{
	double share = fmin(1, fabs(yaw) / CROOKED_YAW) / 2;
	ef_landmarks_t crooked = *landmarks;

	for (int i = 0; i < EF_LANDMARKS; i++) {
		const double *other = crooked.p[ef_landmark_mirror[i]];

		landmarks->p[i][0] += share * (-other[0] - crooked.p[i][0]);
		landmarks->p[i][1] += share * (other[1] - crooked.p[i][1]);
	}
}

/* Learns from the samples what is not known. */
static void take_medians(ef_neutral_t *neutral)
{
	learn_rest(neutral);
	if (!neutral->known_read) {
		learn_reading(neutral);
	}
	if (!neutral->known) {
		learn_landmarks(neutral);
		straighten(&neutral->landmarks, neutral->rest.angles[0]);
		ef_open_eyes(&neutral->landmarks, &neutral->read);
	}
	limit_rest(&neutral->rest);
}

void ef_neutral_learn(ef_neutral_t *neutral, const ef_glimpse_t *seen, double dt)
{
	neutral->learned += dt;
	if (neutral->count < EF_NEUTRAL_SAMPLES && neutral->learned >= neutral->next) {
		neutral->samples[neutral->count] = *seen->landmarks;
		neutral->stances[neutral->count] = *seen->stance;
		if (seen->read != NULL) {
			neutral->readings[neutral->count] = *seen->read;
		}
		neutral->count++;
		neutral->next += LEARN_SECONDS / EF_NEUTRAL_SAMPLES;
		take_medians(neutral);
	}
	neutral->ready = neutral->learned >= LEARN_SECONDS && neutral->count >= LEARN_FRAMES;
}

ef_glimpse_t ef_neutral_glimpse(const ef_face_t *face, const ef_sight_t *sight)
{
	return (ef_glimpse_t){&sight->straight, &sight->stance, face->is_read ? &face->read : NULL};
}

int ef_neutral_see(ef_neutral_t *neutral, const ef_face_t *face, double dt, ef_sight_t *sight)
{
	ef_glimpse_t seen = ef_neutral_glimpse(face, sight);
	ef_landmarks_t start;

	if (!neutral->ready) {
		if (neutral->known) {
			start = neutral->landmarks;
		} else {
			ef_landmarks_mean(&start);
		}
		if (ef_sight_take(sight, &start, face) == -1) {
			return -1;
		}
		ef_neutral_learn(neutral, &seen, dt);
	}
	return ef_sight_take(sight, &neutral->landmarks, face);
}

static int is_near(const ef_neutral_t *neutral, const ef_glimpse_t *seen)
{
	double sum = 0, turned = 0;

	for (int i = FACE_FIRST; i < EF_LANDMARKS; i++) {
		double dx = seen->landmarks->p[i][0] - neutral->landmarks.p[i][0];
		double dy = seen->landmarks->p[i][1] - neutral->landmarks.p[i][1];

		sum += dx * dx + dy * dy;
	}
	for (int axis = 0; axis < 3; axis++) {
		turned =
			fmax(turned, fabs(seen->stance->angles[axis] - neutral->rest.angles[axis]));
	}
	return sqrt(sum / (EF_LANDMARKS - FACE_FIRST)) < NEAR_MOVED && turned < NEAR_TURN;
}

void ef_neutral_follow(ef_neutral_t *neutral, const ef_glimpse_t *seen, double dt)
{
	double growing = fmin(fmax(FOLLOW_GROWTH * neutral->learned, FOLLOW_MIN), FOLLOW_MAX);
	double constant = neutral->known ? FOLLOW_MAX : growing;
	double far = is_near(neutral, seen) ? 1 : FOLLOW_FAR;
	double share = 1 - exp(-dt / (far * constant));
	double stance_share = 1 - exp(-dt / (far * FOLLOW_MAX));

	neutral->learned += dt;
	for (int i = 0; i < EF_LANDMARKS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			double *p = &neutral->landmarks.p[i][axis];

			*p += share * (seen->landmarks->p[i][axis] - *p);
		}
	}
	for (int axis = 0; axis < 3; axis++) {
		neutral->rest.angles[axis] +=
			stance_share * (seen->stance->angles[axis] - neutral->rest.angles[axis]);
		neutral->rest.place[axis] +=
			stance_share * (seen->stance->place[axis] - neutral->rest.place[axis]);
	}
	for (size_t i = 0; seen->read != NULL && i < READING_NUMBERS; i++) {
		float *rest = &((float *)&neutral->read)[i];

		*rest += (float)stance_share * (((const float *)seen->read)[i] - *rest);
	}
	limit_rest(&neutral->rest);
}

void ef_neutral_loosen(ef_neutral_t *neutral)
{
	neutral->learned = fmin(neutral->learned, LEARN_SECONDS);
}
