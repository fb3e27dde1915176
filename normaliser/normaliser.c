#include "normaliser/normaliser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "normaliser/coefficients.h"
#include "normaliser/fade.h"
#include "normaliser/face_model.h"
#include "normaliser/neutral.h"
#include "normaliser/one_euro.h"
#include "normaliser/head_pose.h"
#include "normaliser/similarity.h"

#define SEQ_BACK 30 /* frames; a little disorder is no restart */
#define TIME_BACK 1.0 /* seconds */
#define DT_MAX 0.2 /* seconds that one frame may count for in what is learned */
#define AWAY 3.0 /* seconds without a face after which the neutral face is trusted less */

/* Near the neutral face: every coefficient below, and the head turned by less (radians). */
#define NEAR_COEFFICIENT 0.25
#define NEAR_TURN 0.2

/* Focal length in widths of the frame: 58 degrees of view, between a laptop's and a phone's camera.
 * Only how far the head comes nearer depends on it. */
#define FOCAL 0.9

/* The head turns about the top of the neck: a turn alone moves this point little. Widths of the
 * head, on the axes of the mean face. */
static const double pivot[3] = {0, -0.3, -0.45};

/* Speech has 3 to 8 openings a second and blinks last 3 to 9 frames: neither may be smeared.
 * Brows and the head are slower, and their noise shows more. */
static const one_euro_settings_t mouth_filter = {3.5, 2.0};
static const one_euro_settings_t lid_filter = {2.5, 5.0};
static const one_euro_settings_t brow_filter = {1.2, 1.2};
static const one_euro_settings_t turn_filter = {1.2, 5.0};
static const one_euro_settings_t place_filter = {0.8, 2.0};

struct normaliser {
	int started;
	char src[EF_NAME_MAX + 1];
	uint64_t seq;
	int64_t t;
	neutral_t neutral;
	features_t learned;
	one_euro_t coefficients[EF_COEFF_COUNT], turns[3], places[3];
	fade_t fade;
};

normaliser_t *normaliser_new(void)
{
	return calloc(1, sizeof(normaliser_t));
}

void normaliser_destroy(normaliser_t **normaliser)
{
	free(*normaliser);
	*normaliser = NULL;
}

static void start(normaliser_t *self, const ef_head_t *head)
{
	memset(self, 0, sizeof(*self));
	self->started = 1;
	memcpy(self->src, head->src, sizeof(self->src));
	self->t = head->t;
	neutral_init(&self->neutral);
	features_init(&self->learned);
	fade_init(&self->fade, coefficients_known);
}

/* Seconds since the last message, 0 where time does not go on. */
static double advance(normaliser_t *self, const ef_head_t *head)
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

/* Where the head is before the camera, in widths of the head. map: from pixels (y up) to seen. */
static void find_place(
	const pose_t *pose, const similarity_t *map, const ef_face_t *face, double place[3])
{
	double seen[2], back, pixels = pose->scale / similarity_scale(map);
	double square = map->a * map->a + map->b * map->b;

	pose_project(pose, pivot, seen);
	seen[0] -= map->dx;
	seen[1] -= map->dy;
	back = FOCAL * fmax(face->w, 1) / pixels;
	place[0] = ((map->a * seen[0] + map->b * seen[1]) / square - face->w / 2.0) / pixels;
	place[1] = ((map->a * seen[1] - map->b * seen[0]) / square + face->h / 2.0) / pixels;
	place[2] = -back;
}

/* The rotation in the picture: the similarity's roll was taken off before the pose was found. */
static void find_rotation(const pose_t *pose, const similarity_t *map, double (*r)[3])
{
	double undone[3][3];

	rotation_from_angles(undone, 0, 0, atan2(map->b, map->a));
	/* undone^T * pose: rotation_difference () gives a * b^T, so turn both round. */
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 3; j++) {
			r[i][j] = undone[0][i] * pose->r[0][j] + undone[1][i] * pose->r[1][j] +
				  undone[2][i] * pose->r[2][j];
		}
	}
}

/* One frame's landmarks, taken apart. */
typedef struct {
	pose_t pose;
	shape_t straight;
	stance_t stance;
	double rotation[3][3];
	double head_pixels;
} sight_t;

static int look(sight_t *sight, const solid_t *person, const shape_t *seen, const similarity_t *map,
	const ef_face_t *face)
{
	double *angles = sight->stance.angles;

	if (pose_fit(&sight->pose, person, seen) == -1) {
		return -1;
	}
	pose_undo(&sight->pose, person, seen, &sight->straight);
	find_rotation(&sight->pose, map, sight->rotation);
	rotation_angles(sight->rotation, &angles[0], &angles[1], &angles[2]);
	find_place(&sight->pose, map, face, sight->stance.place);
	sight->head_pixels = sight->pose.scale / similarity_scale(map);
	return 0;
}

/* Looks at the face, learning the neutral one while it is not known. Returns -1 where there is no
 * face to be made out. */
static int see(normaliser_t *self, const ef_face_t *face, double dt, sight_t *sight)
{
	similarity_t map;
	shape_t seen;
	solid_t person;

	if (face->state != EF_TRACKED || similarity_normalise(face->pts, &seen, &map) == -1) {
		return -1;
	}
	if (!self->neutral.ready) {
		shape_t mean;

		for (int i = 0; i < EF_LANDMARKS; i++) {
			mean.p[i][0] = face_model[i][0];
			mean.p[i][1] = face_model[i][1];
		}
		solid_from_shape(&person, &mean);
		if (look(sight, &person, &seen, &map, face) == -1) {
			return -1;
		}
		neutral_learn(&self->neutral, &sight->straight, &sight->stance, fmin(dt, DT_MAX));
	}
	solid_from_shape(&person, &self->neutral.shape);
	return look(sight, &person, &seen, &map, face);
}

static const one_euro_settings_t *filter_of(int coefficient)
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
static double set_coefficients(normaliser_t *self, const sight_t *sight, double dt, double turned,
	ef_expression_t *expression)
{
	const view_t view = {sight->head_pixels, turned};
	double values[EF_COEFF_COUNT] = {0}, most = 0;

	coefficients_measure(&sight->straight, &self->neutral.shape, &self->learned, &view,
		fmin(dt, DT_MAX), values);
	for (int c = 0; c < EF_COEFF_COUNT; c++) {
		double value;

		if (!(coefficients_known >> c & 1)) {
			continue;
		}
		value = fmin(fmax(values[c], -1), 2);
		value = one_euro_step(&self->coefficients[c], filter_of(c), value, dt);
		value = coefficients_shape(c, value, &view);
		ef_expression_set(expression, c, (float)value);
		most = fmax(most, value);
	}
	return most;
}

/* Sets *turned to the larger of yaw and pitch off rest. Returns the largest angle off rest. */
static double set_head(normaliser_t *self, const sight_t *sight, double dt, double *turned,
	ef_expression_t *expression)
{
	const stance_t *rest = &self->neutral.rest;
	double r[3][3], off[3][3], angles[3], q[4], most = 0;

	rotation_from_angles(r, rest->angles[0], rest->angles[1], rest->angles[2]);
	rotation_difference(sight->rotation, r, off);
	rotation_angles(off, &angles[0], &angles[1], &angles[2]);
	*turned = fmax(fabs(angles[0]), fabs(angles[1]));
	for (int i = 0; i < 3; i++) {
		double place = sight->stance.place[i] - rest->place[i];

		most = fmax(most, fabs(angles[i]));
		angles[i] = one_euro_step(&self->turns[i], &turn_filter, angles[i], dt);
		place = one_euro_step(&self->places[i], &place_filter, place, dt);
		expression->t[i] = (float)place;
	}
	rotation_from_angles(r, angles[0], angles[1], angles[2]);
	rotation_quaternion(r, q);
	for (int i = 0; i < 4; i++) {
		expression->q[i] = (float)q[i];
	}
	return most;
}

static void forget_filters(normaliser_t *self)
{
	memset(self->coefficients, 0, sizeof(self->coefficients));
	memset(self->turns, 0, sizeof(self->turns));
	memset(self->places, 0, sizeof(self->places));
}

void normaliser_step(normaliser_t *self, const ef_head_t *head, const ef_face_t *face,
	ef_expression_t *expression)
{
	double dt = advance(self, head), away = self->fade.missing, most, turned, off;
	ef_expression_t now = {.state = EF_TRACKED};
	sight_t sight = {0};

	if (see(self, face, dt, &sight) == -1) {
		fade_missing(&self->fade, dt, expression);
		return;
	}
	if (away > 0) {
		forget_filters(self);
		if (away > AWAY) {
			neutral_loosen(&self->neutral);
		}
	}
	off = set_head(self, &sight, dt, &turned, &now);
	most = set_coefficients(self, &sight, dt, turned, &now);
	if (self->neutral.ready) {
		neutral_follow(&self->neutral, &sight.straight, &sight.stance, fmin(dt, DT_MAX),
			most < NEAR_COEFFICIENT && off < NEAR_TURN);
	}
	fade_tracked(&self->fade, &now, dt, expression);
}
