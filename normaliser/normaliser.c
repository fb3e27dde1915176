#include "normaliser/normaliser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "normaliser/filter/calm.h"
#include "normaliser/filter/fade.h"
#include "normaliser/person/recognition.h"
#include "normaliser/person/subject.h"
#include "proto/base/memory.h"

#define SEQ_BACK 30 /* frames; a smaller jump back is messages out of order */
#define TIME_BACK 1.0 /* seconds */
#define DT_MAX 0.2 /* seconds; at most what one frame counts for in learning */
#define AWAY 3.0 /* seconds without a face after which the neutral face is corrected faster */

/* What is known of the person and of the last frames. */
typedef struct {
	int started;
	char src[EF_NAME_MAX + 1];
	uint64_t seq;
	int64_t t;
	int who; /* as in ef_face_t */
	ef_subject_t subject;
	ef_recognition_t recognition;
	ef_calm_t calm;
	ef_fade_t fade;
} session_t;

struct ef_normaliser {
	ef_solver_t *solver;
	int is_known; /* there is a profile */
	ef_profile_t profile;
	session_t session;
};

ef_normaliser_t *ef_normaliser_new(const char *solver, char *why, size_t why_size)
{
	ef_normaliser_t *self = ef_memory_new(sizeof(*self));

	self->solver = ef_solver_load(solver, why, why_size);
	if (self->solver == NULL) {
		ef_normaliser_destroy(&self);
	}
	return self;
}

void ef_normaliser_know(ef_normaliser_t *self, const ef_profile_t *profile)
{
	self->is_known = 1;
	self->profile = *profile;
}

int ef_normaliser_sees_another(const ef_normaliser_t *self)
{
	return self->session.recognition.is_other;
}

void ef_normaliser_destroy(ef_normaliser_t **self)
{
	if (*self != NULL) {
		ef_solver_destroy(&(*self)->solver);
		free(*self);
		*self = NULL;
	}
}

static void start(ef_normaliser_t *self, const ef_head_t *head)
{
	session_t *session = &self->session;

	memset(session, 0, sizeof(*session));
	session->started = 1;
	memcpy(session->src, head->src, sizeof(session->src));
	session->t = head->t;
	ef_subject_init(&session->subject, self->is_known ? &self->profile : NULL);
	ef_recognition_init(&session->recognition);
	ef_fade_init(&session->fade, ef_appearance_known);
}

/* Seconds since the last message; 0 when time does not advance. */
static double advance(ef_normaliser_t *self, const ef_head_t *head)
{
	session_t *session = &self->session;
	double dt;

	if (!session->started || strcmp(session->src, head->src) != 0 ||
		(head->seq < session->seq && session->seq - head->seq > SEQ_BACK) ||
		((double)head->t - (double)session->t) / 1e9 < -TIME_BACK) {
		start(self, head);
	}
	dt = ((double)head->t - (double)session->t) / 1e9;
	session->seq = head->seq;
	if (dt > 0) {
		session->t = head->t;
	}
	return dt > 0 ? dt : 0;
}

/* Learning starts anew, of somebody of whom the profile is known, or nothing. */
static void meet(session_t *session, const ef_profile_t *profile)
{
	ef_subject_init(&session->subject, profile);
	session->calm = (ef_calm_t){0};
	ef_fade_turn(&session->fade);
}

/* Notices that the tracker follows another person, and that the face is not the one of the profile, or
 * that it is that one again. */
static void recognise(ef_normaliser_t *self, const ef_face_t *face, double dt)
{
	const ef_profile_t *profile = self->is_known ? &self->profile : NULL;
	session_t *session = &self->session;
	int was_other = session->recognition.is_other;

	if (face->state == EF_TRACKED && face->who != session->who) {
		session->who = face->who;
		ef_recognition_init(&session->recognition);
		meet(session, profile);
	} else if (profile != NULL) {
		ef_recognition_step(&session->recognition, &profile->landmarks, face, dt);
		if (session->recognition.is_other != was_other) {
			meet(session, was_other ? profile : NULL);
		}
	}
}

static void set_coefficients(ef_normaliser_t *self, const ef_sight_t *sight, const ef_face_t *face,
	double dt, ef_expression_t *expression)
{
	session_t *session = &self->session;
	ef_appearance_t seen;

	ef_subject_look(&session->subject, self->solver, face, sight, fmin(dt, DT_MAX), &seen);
	ef_calm_appearance(&session->calm, &seen, dt);
	ef_appearance_show(&seen, expression);
	expression->is_sure = 1;
	ef_solver_sure(self->solver, sight, face->is_read ? &face->read : NULL,
		&session->subject.neutral, expression->sure);
}

static void set_head(
	session_t *session, const ef_sight_t *sight, double dt, ef_expression_t *expression)
{
	const ef_stance_t *rest = &session->subject.neutral.rest;
	double r[3][3], off[3][3], angles[3], place[3], q[4];

	ef_rotation_from_angles(r, rest->angles[0], rest->angles[1], rest->angles[2]);
	ef_rotation_difference(sight->rotation, r, off);
	ef_rotation_angles(off, &angles[0], &angles[1], &angles[2]);
	for (int i = 0; i < 3; i++) {
		place[i] = sight->stance.place[i] - rest->place[i];
	}
	ef_calm_head(&session->calm, angles, place, dt);
	ef_rotation_from_angles(r, angles[0], angles[1], angles[2]);
	ef_rotation_quaternion(r, q);
	for (int i = 0; i < 4; i++) {
		expression->q[i] = (float)q[i];
	}
	for (int i = 0; i < 3; i++) {
		expression->t[i] = (float)place[i];
	}
}

void ef_normaliser_step(ef_normaliser_t *self, const ef_head_t *head, const ef_face_t *face,
	ef_expression_t *expression)
{
	session_t *session = &self->session;
	ef_neutral_t *neutral = &session->subject.neutral;
	double dt = advance(self, head), away = session->fade.missing;
	ef_expression_t now = {.state = EF_TRACKED};
	ef_sight_t sight = {0};

	recognise(self, face, fmin(dt, DT_MAX));
	if (ef_neutral_see(neutral, face, fmin(dt, DT_MAX), &sight) == -1) {
		ef_fade_missing(&session->fade, dt, expression);
		return;
	}
	if (away > 0) {
		session->calm = (ef_calm_t){0};
		if (away > AWAY) {
			ef_neutral_loosen(neutral);
		}
	}
	set_head(session, &sight, dt, &now);
	set_coefficients(self, &sight, face, dt, &now);
	if (neutral->ready) {
		const ef_glimpse_t seen = ef_neutral_glimpse(face, &sight);

		ef_neutral_follow(neutral, &seen, fmin(dt, DT_MAX));
	}
	ef_fade_tracked(&session->fade, &now, dt, expression);
}
