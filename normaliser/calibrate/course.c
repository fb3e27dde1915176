#include "normaliser/calibrate/course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Seconds. The face at rest has a moment longer to get ready: the program has just begun. */
#define REST_READY 3.0
#define READY 2.0
#define HOLD 2.0
#define DT_MAX 0.2 /* what one frame counts for at most, as in the normaliser */

/* Of a measurement, the largest value that lasted for a fifth of it: late reactions and single noisy
 * frames do not count. */
#define QUANTILE 0.8

/* A task that shows less was not done, or the tracker does not see it. */
#define HARDLY 0.3
#define TRIES 2

/* A face at rest that is turned by more (yaw, pitch; radians) does not look at a webcam beside, above
 * or below the screen: as in ef_neutral_t. */
#define ASIDE 0.45

/* Shut lids seem to be closed by this at least. */
#define REACH_MIN 0.4

static const struct {
	const char *name, *prompt;
} tasks[EF_TASKS] = {
	[EF_TASK_REST] = {"rest", "Look at the webcam, with your face at rest"},
	[EF_TASK_SMILE] = {"smile", "Smile as widely as you can, and show your teeth"},
	[EF_TASK_OPEN] = {"mouth open", "Open your mouth widely"},
	[EF_TASK_BROWS_UP] = {"brows up", "Raise your brows"},
	[EF_TASK_BROWS_DOWN] = {"brows down", "Frown: pull your brows down"},
	[EF_TASK_EYES_SHUT] = {"eyes shut", "Shut your eyes for three seconds"},
};

const char *ef_task_name(ef_task_t task)
{
	return tasks[task].name;
}

const char *ef_task_prompt(ef_task_t task)
{
	return tasks[task].prompt;
}

static void begin(ef_course_t *course, ef_task_t task)
{
	course->task = task;
	course->holds = 0;
	/* What the last frame was too long for counts here. */
	course->left += task == EF_TASK_REST ? REST_READY : READY;
	course->count = 0;
}

void ef_course_init(ef_course_t *course, const ef_solver_t *solver)
{
	*course = (ef_course_t){.solver = solver};
	ef_subject_init(&course->subject, NULL);
	begin(course, EF_TASK_REST);
}

/* Seconds since the last face. Time that jumps, as a film does that starts again, does not count. */
static double advance(ef_course_t *course, int64_t t)
{
	double dt = course->started ? ((double)t - (double)course->t) / 1e9 : 0;

	course->started = 1;
	course->t = t;
	return dt > 0 ? fmin(dt, DT_MAX) : 0;
}

/* How much each task shows in one face. */
static void measure(ef_course_t *course, const ef_appearance_t *seen)
{
	double *now = course->now, closed = (seen->closed[0] + seen->closed[1]) / 2;

	now[EF_TASK_SMILE] = (seen->corner[0] + seen->corner[1]) / 2;
	now[EF_TASK_OPEN] = seen->gap;
	now[EF_TASK_BROWS_UP] = (seen->brow_inner[0] + seen->brow_inner[1] + seen->brow_outer[0] +
					seen->brow_outer[1]) /
				4;
	now[EF_TASK_BROWS_DOWN] = -(seen->brow_inner[0] + seen->brow_inner[1]) / 2;
	/* As seen, not yet corrected by the reach. */
	now[EF_TASK_EYES_SHUT] = closed * course->subject.lids.reach;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double largest(ef_course_t *course)
{
	if (course->count == 0) {
		return 0;
	}
	qsort(course->values, (size_t)course->count, sizeof(*course->values), compare);
	return course->values[(int)(QUANTILE * (course->count - 1))];
}

/* The measurement is over. */
static void end_hold(ef_course_t *course)
{
	double most = largest(course);

	if (course->task == EF_TASK_REST) {
		/* At a very low frame rate the neutral face takes longer. */
		if (course->subject.neutral.ready) {
			begin(course, EF_TASK_SMILE);
		}
		return;
	}
	course->tries++;
	if (most < HARDLY && course->tries < TRIES) {
		begin(course, course->task);
		return;
	}
	course->reached[course->task] = most < HARDLY ? 0 : most;
	course->tries = 0;
	begin(course, course->task + 1);
}

static void end_countdown(ef_course_t *course)
{
	course->holds = 1;
	course->left += HOLD;
	if (course->task == EF_TASK_REST) {
		ef_subject_init(&course->subject, NULL);
	}
}

static void keep(ef_course_t *course)
{
	if (course->holds && course->task != EF_TASK_REST && course->count < EF_COURSE_SAMPLES) {
		course->values[course->count++] = course->now[course->task];
	}
}

/* Learns the face at rest while it is held, and before that for the bars; measures others against it. */
static int look(ef_course_t *course, const ef_face_t *face, double dt)
{
	ef_neutral_t *neutral = &course->subject.neutral;
	ef_appearance_t seen;
	ef_sight_t sight = {0};
	double aside;

	if (ef_neutral_see(neutral, face, dt, &sight) == -1) {
		course->waits = EF_COURSE_NO_FACE;
		return -1;
	}
	aside = fmax(fabs(sight.stance.angles[0]), fabs(sight.stance.angles[1]));
	if (course->task == EF_TASK_REST && aside > ASIDE) {
		course->waits = EF_COURSE_LOOKS_ASIDE;
		return -1;
	}
	course->waits = EF_COURSE_GOES_ON;
	course->is_read = face->is_read;
	ef_subject_look(&course->subject, course->solver, face, &sight, dt, &seen);
	if (course->task == EF_TASK_REST && neutral->ready) {
		const ef_glimpse_t glimpse = ef_neutral_glimpse(face, &sight);

		ef_neutral_follow(neutral, &glimpse, dt);
	}
	measure(course, &seen);
	return 0;
}

void ef_course_step(ef_course_t *course, const ef_face_t *face, int64_t t)
{
	double dt = advance(course, t);

	if (course->task == EF_TASKS || look(course, face, dt) == -1) {
		return;
	}
	keep(course);
	course->left -= dt;
	if (course->left > 0) {
		return;
	}
	if (course->holds) {
		end_hold(course);
	} else {
		end_countdown(course);
	}
}

void ef_course_stall(ef_course_t *course)
{
	course->waits = EF_COURSE_NO_FRAMES;
}

static double gain(const ef_course_t *course, ef_task_t task)
{
	return course->reached[task] > 0 ? ef_gain_for(course->reached[task]) : 1;
}

void ef_course_profile(const ef_course_t *course, ef_profile_t *profile)
{
	const ef_subject_t *subject = &course->subject;
	double shut = course->reached[EF_TASK_EYES_SHUT];

	*profile = (ef_profile_t){
		.landmarks = subject->neutral.landmarks,
		.is_read = course->is_read,
		.read = subject->neutral.read,
		.lips = subject->lips.closed,
		.lids = shut > 0 ? fmax(shut, REACH_MIN) : subject->lids.usual,
		.gains = {gain(course, EF_TASK_SMILE), gain(course, EF_TASK_OPEN),
			gain(course, EF_TASK_BROWS_UP), gain(course, EF_TASK_BROWS_DOWN)},
	};
}
