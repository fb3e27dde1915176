/* What a person is asked to do for a profile, one task after the other, and what comes of it.
 *
 * The times of the frames drive it, so that a film gives the same at any speed. It waits while no face
 * is seen, or, at rest, while the face looks aside. */
#ifndef EF_COURSE_H
#define EF_COURSE_H

#include "normaliser/person/subject.h"

typedef enum {
	EF_TASK_REST, /* the neutral face is learned */
	EF_TASK_SMILE, /* with teeth */
	EF_TASK_OPEN, /* the mouth */
	EF_TASK_BROWS_UP,
	EF_TASK_BROWS_DOWN,
	EF_TASK_EYES_SHUT,
	EF_TASKS, /* all is done */
} ef_task_t;

/* Why time stands still. */
typedef enum {
	EF_COURSE_GOES_ON,
	EF_COURSE_NO_FRAMES,
	EF_COURSE_NO_FACE,
	EF_COURSE_LOOKS_ASIDE
} ef_course_wait_t;

#define EF_COURSE_SAMPLES 512

typedef struct {
	const ef_solver_t *solver; /* borrowed */
	ef_subject_t subject;
	int started;
	int64_t t; /* of the last face, ns */
	ef_task_t task;
	int holds; /* 1: the face is held and measured; 0: a countdown to that */
	int tries; /* of this task that showed hardly anything */
	double left; /* seconds of the countdown or of the measurement */
	ef_course_wait_t waits;
	double values[EF_COURSE_SAMPLES]; /* of this task so far */
	int count;
	double now[EF_TASKS]; /* what the last face shows of each task, about 0..1; [0] unused */
	double reached[EF_TASKS]; /* the largest of each task that is done; 0: hardly anything */
	int is_read; /* faces come with readings */
} ef_course_t;

/* solver is borrowed as long as the course lasts. */
void ef_course_init(ef_course_t *course, const ef_solver_t *solver);

/* Adds a face, tracked or lost, of capture time t (ns). */
void ef_course_step(ef_course_t *course, const ef_face_t *face, int64_t t);

/* No face, tracked or lost, has come for a while. */
void ef_course_stall(ef_course_t *course);

/* "Raise your brows": what to do for a task. */
const char *ef_task_prompt(ef_task_t task);

/* "brows up". */
const char *ef_task_name(ef_task_t task);

/* Sets what a finished course tells of the person. */
void ef_course_profile(const ef_course_t *course, ef_profile_t *profile);

#endif
