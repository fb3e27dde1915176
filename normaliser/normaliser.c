#include "normaliser/normaliser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "normaliser/person/coefficients.h"
#include "normaliser/filter/fade.h"
#include "normaliser/person/neutral.h"
#include "normaliser/filter/one_euro.h"
#include "proto/base/memory.h"

#define SEQ_BACK 30 /* frames; a smaller jump back is messages out of order */
#define TIME_BACK 1.0 /* seconds */
#define DT_MAX 0.2 /* seconds; at most what one frame counts for in learning */
#define AWAY 3.0 /* seconds without a face after which the neutral face is corrected faster */

/* Near the neutral face: every coefficient below, and the head turned by less (radians). */
#define NEAR_COEFFICIENT 0.25
#define NEAR_TURN 0.2

/* Speech has 3 to 8 openings a second and blinks last 3 to 9 frames: neither may be smeared.
 * Brows and the head are slower, and their noise shows more. */
static const ef_one_euro_settings_t mouth_filter = {3.5, 2.0};
static const ef_one_euro_settings_t lid_filter = {2.5, 5.0};
static const ef_one_euro_settings_t brow_filter = {1.2, 1.2};
static const ef_one_euro_settings_t turn_filter = {1.2, 5.0};
static const ef_one_euro_settings_t place_filter = {0.8, 2.0};

struct ef_normaliser {
	int started;
	char src[EF_NAME_MAX + 1];
	uint64_t seq;
	int64_t t;
	ef_neutral_t neutral;
	ef_features_t learned;
	ef_one_euro_t coefficients[EF_COEFF_COUNT], turns[3], places[3];
	ef_fade_t fade;
};

ef_normaliser_t *ef_normaliser_new(void)
{
	return ef_memory_new(sizeof(ef_normaliser_t));
}

void ef_normaliser_destroy(ef_normaliser_t **normaliser)
{
	free(*normaliser);
	*normaliser = NULL;
}

static void start(ef_normaliser_t *self, const ef_head_t *head)
{
	memset(self, 0, sizeof(*self));
	self->started = 1;
	memcpy(self->src, head->src, sizeof(self->src));
	self->t = head->t;
	ef_neutral_init(&self->neutral);
	ef_features_init(&self->learned);
	ef_fade_init(&self->fade, ef_coefficients_known);
}

/* Seconds since the last message; 0 when time does not advance. */
static double advance(ef_normaliser_t *self, const ef_head_t *head)
{
	double dt;

	if (!self->started || strcmp(self->src, head->src) != 0 ||
		(head->seq < self->seq && self->seq - head->seq > SEQ_BACK) ||
		((double)head->t - (double)self->t) / 1e9 < -TIME_BACK) {
		start(self, head);
	}
	dt = ((double)head->t - (double)self->t) / 1e9;
	self->seq = head->seq;
	if (dt > 0) {
		self->t = head->t;
	}
	return dt > 0 ? dt : 0;
}

/* Analyses the face, and learns the neutral one while it is not known. Returns -1 when there is no
 * face or its landmarks cannot be one. */
static int see(ef_normaliser_t *self, const ef_face_t *face, double dt, ef_sight_t *sight)
{
	if (!self->neutral.ready) {
		ef_landmarks_t mean;

		ef_landmarks_mean(&mean);
		if (ef_sight_take(sight, &mean, face) == -1) {
			return -1;
		}
		ef_neutral_learn(
			&self->neutral, &sight->straight, &sight->stance, fmin(dt, DT_MAX));
	}
	return ef_sight_take(sight, &self->neutral.landmarks, face);
}

static const ef_one_euro_settings_t *filter_of(int coefficient)
{
	switch (coefficient) {
	case EF_EYE_BLINK_LEFT:
	case EF_EYE_BLINK_RIGHT:
		return &lid_filter;
	case EF_EYE_WIDE_LEFT:
	case EF_EYE_WIDE_RIGHT:
	case EF_BROW_DOWN_LEFT:
	case EF_BROW_DOWN_RIGHT:
	case EF_BROW_INNER_UP:
	case EF_BROW_OUTER_UP_LEFT:
	case EF_BROW_OUTER_UP_RIGHT:
		return &brow_filter;
	default:
		return &mouth_filter;
	}
}

/* Returns the largest coefficient. */
static double set_coefficients(ef_normaliser_t *self, const ef_sight_t *sight, double dt,
	double turned, ef_expression_t *expression)
{
	const ef_view_t view = {sight->head_pixels, turned};
	double values[EF_COEFF_COUNT] = {0}, most = 0;

	ef_coefficients_measure(&sight->straight, &self->neutral.landmarks, &self->learned, &view,
		fmin(dt, DT_MAX), values);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		double value;

		if (!(ef_coefficients_known >> c & 1)) {
			continue;
		}
		value = fmin(fmax(values[c], -1), 2);
		value = ef_one_euro_step(&self->coefficients[c], filter_of(c), value, dt);
		value = ef_coefficients_shape(c, value, &view);
		ef_expression_set(expression, c, (float)value);
		most = fmax(most, value);
	}
	return most;
}

/* Sets *turned to the larger of yaw and pitch relative to rest. Returns the largest angle
 * relative to rest. */
static double set_head(ef_normaliser_t *self, const ef_sight_t *sight, double dt, double *turned,
	ef_expression_t *expression)
{
	const ef_stance_t *rest = &self->neutral.rest;
	double r[3][3], off[3][3], angles[3], q[4], most = 0;

	ef_rotation_from_angles(r, rest->angles[0], rest->angles[1], rest->angles[2]);
	ef_rotation_difference(sight->rotation, r, off);
	ef_rotation_angles(off, &angles[0], &angles[1], &angles[2]);
	*turned = fmax(fabs(angles[0]), fabs(angles[1]));
	for (int i = 0; i < 3; i++) {
		double place = sight->stance.place[i] - rest->place[i];

		most = fmax(most, fabs(angles[i]));
		angles[i] = ef_one_euro_step(&self->turns[i], &turn_filter, angles[i], dt);
		place = ef_one_euro_step(&self->places[i], &place_filter, place, dt);
		expression->t[i] = (float)place;
	}
	ef_rotation_from_angles(r, angles[0], angles[1], angles[2]);
	ef_rotation_quaternion(r, q);
	for (int i = 0; i < 4; i++) {
		expression->q[i] = (float)q[i];
	}
	return most;
}

static void forget_filters(ef_normaliser_t *self)
{
	memset(self->coefficients, 0, sizeof(self->coefficients));
	memset(self->turns, 0, sizeof(self->turns));
	memset(self->places, 0, sizeof(self->places));
}

void ef_normaliser_step(ef_normaliser_t *self, const ef_head_t *head, const ef_face_t *face,
	ef_expression_t *expression)
{
	double dt = advance(self, head), away = self->fade.missing, most, turned, off;
	ef_expression_t now = {.state = EF_TRACKED};
	ef_sight_t sight = {0};

	if (see(self, face, dt, &sight) == -1) {
		ef_fade_missing(&self->fade, dt, expression);
		return;
	}
	if (away > 0) {
		forget_filters(self);
		if (away > AWAY) {
			ef_neutral_loosen(&self->neutral);
		}
	}
	off = set_head(self, &sight, dt, &turned, &now);
	most = set_coefficients(self, &sight, dt, turned, &now);
	if (self->neutral.ready) {
		ef_neutral_follow(&self->neutral, &sight.straight, &sight.stance, fmin(dt, DT_MAX),
			most < NEAR_COEFFICIENT && off < NEAR_TURN);
	}
	ef_fade_tracked(&self->fade, &now, dt, expression);
}
