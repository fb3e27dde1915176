#include "normaliser/normaliser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "normaliser/filter/calm.h"
#include "normaliser/filter/fade.h"
#include "normaliser/person/lid_range.h"
#include "normaliser/person/lips.h"
#include "normaliser/person/neutral.h"
#include "normaliser/solver/solver.h"
#include "proto/base/memory.h"

#define SEQ_BACK 30 /* frames; a smaller jump back is messages out of order */
#define TIME_BACK 1.0 /* seconds */
#define DT_MAX 0.2 /* seconds; at most what one frame counts for in learning */
#define AWAY 3.0 /* seconds without a face after which the neutral face is corrected faster */

/* The gap between the lips of a mouth wide open, in widths of the head. FaceKit's jawOpen opens 0.20,
 * which hardly anybody does. */
#define GAP_RANGE 0.15

/* What is known of the person and of the last frames. */
typedef struct {
	int started;
	char src[EF_NAME_MAX + 1];
	uint64_t seq;
	int64_t t;
	ef_neutral_t neutral;
	ef_lips_t lips;
	ef_lid_range_t lids;
	ef_calm_t calm;
	ef_fade_t fade;
} session_t;

struct ef_normaliser {
	ef_solver_t *solver;
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

void ef_normaliser_destroy(ef_normaliser_t **self)
{
	if (*self != NULL) {
		ef_solver_destroy(&(*self)->solver);
		free(*self);
		*self = NULL;
	}
}

static void start(session_t *session, const ef_head_t *head)
{
	memset(session, 0, sizeof(*session));
	session->started = 1;
	memcpy(session->src, head->src, sizeof(session->src));
	session->t = head->t;
	ef_neutral_init(&session->neutral);
	ef_lips_init(&session->lips);
	ef_lid_range_init(&session->lids);
	ef_fade_init(&session->fade, ef_appearance_known);
}

/* Seconds since the last message; 0 when time does not advance. */
static double advance(session_t *session, const ef_head_t *head)
{
	double dt;

	if (!session->started || strcmp(session->src, head->src) != 0 ||
		(head->seq < session->seq && session->seq - head->seq > SEQ_BACK) ||
		((double)head->t - (double)session->t) / 1e9 < -TIME_BACK) {
		start(session, head);
	}
	dt = ((double)head->t - (double)session->t) / 1e9;
	session->seq = head->seq;
	if (dt > 0) {
		session->t = head->t;
	}
	return dt > 0 ? dt : 0;
}

static void set_coefficients(ef_normaliser_t *self, const ef_sight_t *sight, const ef_face_t *face,
	double dt, ef_expression_t *expression)
{
	session_t *session = &self->session;
	ef_appearance_t seen;

	ef_solver_run(
		self->solver, sight, face->is_read ? &face->read : NULL, &session->neutral, &seen);
	seen.gap = ef_lips_step(&session->lips, &sight->straight, &session->neutral.landmarks,
			   fmin(dt, DT_MAX)) /
		   GAP_RANGE;
	ef_lid_range_step(&session->lids, seen.closed, fmin(dt, DT_MAX));
	ef_calm_appearance(&session->calm, &seen, dt);
	ef_appearance_show(&seen, expression);
}

static void set_head(
	session_t *session, const ef_sight_t *sight, double dt, ef_expression_t *expression)
{
	const ef_stance_t *rest = &session->neutral.rest;
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
	double dt = advance(session, head), away = session->fade.missing;
	ef_expression_t now = {.state = EF_TRACKED};
	ef_sight_t sight = {0};

	if (ef_neutral_see(&session->neutral, face, fmin(dt, DT_MAX), &sight) == -1) {
		ef_fade_missing(&session->fade, dt, expression);
		return;
	}
	if (away > 0) {
		session->calm = (ef_calm_t){0};
		if (away > AWAY) {
			ef_neutral_loosen(&session->neutral);
		}
	}
	set_head(session, &sight, dt, &now);
	set_coefficients(self, &sight, face, dt, &now);
	if (session->neutral.ready) {
		const ef_glimpse_t seen = ef_neutral_glimpse(face, &sight);

		ef_neutral_follow(&session->neutral, &seen, fmin(dt, DT_MAX));
	}
	ef_fade_tracked(&session->fade, &now, dt, expression);
}
