#include "normaliser/solver/solver.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"
#include "proto/neural/layers.h"
#include "proto/neural/weights.h"

#define LAYERS_MAX 3
#define WIDTH_MAX 128 /* inputs or outputs of a layer */

/* Factors that bring the inputs to about 1. */
#define MOVED_UNIT 20.0F
#define SHAPE_UNIT 10.0F
#define ANGLE_UNIT 2.0F
#define GAZE_UNIT 2.0F

/* Landmarks that each network sees; of the left side where it sees one side, and the right side as
 * in a mirror. */
#define EYE_POINTS 6
#define BROW_POINTS 9
#define MOUTH_POINTS 28
static const int eye_points[EYE_POINTS] = {42, 43, 44, 45, 46, 47};
static const int brow_points[BROW_POINTS] = {22, 23, 24, 25, 26, 42, 45, 27, 28};
static const int mouth_points[MOUTH_POINTS] = {48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60,
	61, 62, 63, 64, 65, 66, 67, 7, 8, 9, 31, 32, 33, 34, 35};

/* The inputs of a linear map are 0 at rest: how far the landmarks have moved, yaw and pitch off rest,
 * and for the eyes the reading against that at rest. */
#define TURNS 2
#define READINGS 4 /* lid, lid at rest where it was shut, gaze outwards and up */
#define EYE_INPUTS (2 * EYE_POINTS + TURNS + READINGS)
#define BROW_INPUTS (2 * BROW_POINTS + TURNS)
#define SHAPE_INPUTS (2 * MOUTH_POINTS + TURNS)

/* The network also sees the neutral face, and yaw and pitch of the head and of the head at rest. */
#define ANGLES 4
#define MOUTH_INPUTS (4 * MOUTH_POINTS + ANGLES)

/* Lids of a neutral face that are read as closed by no more than this are open. */
#define LID_OPEN 0.25F

enum { EYE_CLOSED, EYE_OUT, EYE_UP, EYE_OUTPUTS };
enum { BROW_INNER, BROW_OUTER, BROW_OUTPUTS };
enum { SHAPE_WIDTH, SHAPE_CORNERS, SHAPE_OUTPUTS = SHAPE_CORNERS + 2 };

/* The outputs of the mouth's network. */
/* clang-format off */
static const ef_coeff_t mouth_coefficients[] = {
	EF_CHEEK_PUFF, EF_CHEEK_SQUINT_LEFT, EF_CHEEK_SQUINT_RIGHT, EF_JAW_FORWARD, EF_JAW_LEFT,
	EF_JAW_OPEN, EF_JAW_RIGHT, EF_MOUTH_CLOSE, EF_MOUTH_DIMPLE_LEFT, EF_MOUTH_DIMPLE_RIGHT,
	EF_MOUTH_FROWN_LEFT, EF_MOUTH_FROWN_RIGHT, EF_MOUTH_FUNNEL, EF_MOUTH_LEFT,
	EF_MOUTH_LOWER_DOWN_LEFT, EF_MOUTH_LOWER_DOWN_RIGHT, EF_MOUTH_PRESS_LEFT,
	EF_MOUTH_PRESS_RIGHT, EF_MOUTH_PUCKER, EF_MOUTH_RIGHT, EF_MOUTH_ROLL_LOWER,
	EF_MOUTH_ROLL_UPPER, EF_MOUTH_SHRUG_LOWER, EF_MOUTH_SHRUG_UPPER, EF_MOUTH_SMILE_LEFT,
	EF_MOUTH_SMILE_RIGHT, EF_MOUTH_STRETCH_LEFT, EF_MOUTH_STRETCH_RIGHT, EF_MOUTH_UPPER_UP_LEFT,
	EF_MOUTH_UPPER_UP_RIGHT, EF_NOSE_SNEER_LEFT, EF_NOSE_SNEER_RIGHT,
};
/* clang-format on */
#define MOUTH_COEFFICIENTS (sizeof(mouth_coefficients) / sizeof(*mouth_coefficients))

/* Dense layers: one is a linear map. */
typedef struct {
	int layers;
	int sizes[LAYERS_MAX + 1];
	ef_weights_layer_t dense[LAYERS_MAX]; /* borrowed */
} network_t;

struct ef_solver {
	ef_weights_t *weights;
	network_t eye, brow, shape, mouth;
	ef_certainty_t certainty;
	ef_coeff_t mirrored[MOUTH_COEFFICIENTS]; /* each of mouth_coefficients on the other side */
};

/* Takes the layers "dense1" and so on of a model. Returns 0, or -1 when one is missing or has another
 * size. */
static int take(network_t *network, const ef_weights_t *weights, const char *name, int layers,
	const int *sizes)
{
	network->layers = layers;
	memcpy(network->sizes, sizes, ((size_t)layers + 1) * sizeof(*sizes));
	for (int i = 0; i < layers; i++) {
		char layer[16];

		snprintf(layer, sizeof(layer), "dense%d", i + 1);
		if (ef_weights_layer(weights, name, layer, sizes[i], sizes[i + 1],
			    &network->dense[i]) == -1) {
			return -1;
		}
	}
	return 0;
}

static int take_all(ef_solver_t *solver)
{
	static const int eye[] = {EYE_INPUTS, EYE_OUTPUTS};
	static const int brow[] = {BROW_INPUTS, BROW_OUTPUTS};
	static const int shape[] = {SHAPE_INPUTS, SHAPE_OUTPUTS};
	static const int mouth[] = {MOUTH_INPUTS, 96, 64, MOUTH_COEFFICIENTS};
	const ef_weights_t *weights = solver->weights;

	return take(&solver->eye, weights, "eye", 1, eye) == 0 &&
			       take(&solver->brow, weights, "brow", 1, brow) == 0 &&
			       take(&solver->shape, weights, "shape", 1, shape) == 0 &&
			       take(&solver->mouth, weights, "mouth", 3, mouth) == 0 &&
			       ef_certainty_take(&solver->certainty, weights) == 0
		       ? 0
		       : -1;
}

ef_solver_t *ef_solver_load(const char *path, char *why, size_t why_size)
{
	ef_solver_t *solver = ef_memory_new(sizeof(*solver));

	solver->weights = ef_weights_load(path, "solver", why, why_size);
	if (solver->weights == NULL) {
		ef_solver_destroy(&solver);
	} else if (take_all(solver) == -1) {
		snprintf(why, why_size, "its tensors are not those of this version's solver");
		ef_solver_destroy(&solver);
	}
	for (size_t i = 0; solver != NULL && i < MOUTH_COEFFICIENTS; i++) {
		solver->mirrored[i] = ef_coeff_mirror(mouth_coefficients[i]);
	}
	return solver;
}

void ef_solver_destroy(ef_solver_t **solver)
{
	if (*solver != NULL) {
		ef_weights_destroy(&(*solver)->weights);
		free(*solver);
		*solver = NULL;
	}
}

static void run(const network_t *network, const float *inputs, float *outputs)
{
	float x[2][WIDTH_MAX] = {{0}};
	const float *in = inputs;

	for (int i = 0; i < network->layers; i++) {
		int last = i == network->layers - 1;
		float *out = last ? outputs : x[i % 2];

		ef_layer_dense(network->dense[i].weights, network->dense[i].bias, network->sizes[i],
			network->sizes[i + 1], !last, in, out);
		in = out;
	}
}

/* What one frame shows, and how the person looks at rest, as seen or as in a mirror. */
typedef struct {
	ef_landmarks_t moved; /* from the neutral face */
	ef_landmarks_t shape; /* of the neutral face, off the mean one */
	float angles[ANGLES];
} view_t;

static void view_of(const ef_sight_t *sight, const ef_neutral_t *neutral, view_t *view)
{
	const double *now = sight->stance.angles, *rest = neutral->rest.angles;
	ef_landmarks_t mean;

	ef_landmarks_mean(&mean);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		for (int axis = 0; axis < 2; axis++) {
			double at = neutral->landmarks.p[i][axis];

			view->moved.p[i][axis] = sight->straight.p[i][axis] - at;
			view->shape.p[i][axis] = at - mean.p[i][axis];
		}
	}
	for (int i = 0; i < 2; i++) {
		view->angles[i] = ANGLE_UNIT * (float)now[i];
		view->angles[2 + i] = ANGLE_UNIT * (float)rest[i];
	}
}

static void mirror(const view_t *view, view_t *mirrored)
{
	for (int i = 0; i < EF_LANDMARKS; i++) {
		int other = ef_landmark_mirror[i];

		mirrored->moved.p[i][0] = -view->moved.p[other][0];
		mirrored->moved.p[i][1] = view->moved.p[other][1];
		mirrored->shape.p[i][0] = -view->shape.p[other][0];
		mirrored->shape.p[i][1] = view->shape.p[other][1];
	}
	for (int i = 0; i < ANGLES; i++) {
		mirrored->angles[i] = i % 2 == 0 ? -view->angles[i] : view->angles[i];
	}
}

/* The neutral face in the same view. */
static view_t at_rest(const view_t *view)
{
	view_t rest = {.shape = view->shape};

	for (int i = 0; i < ANGLES; i++) {
		rest.angles[i] = view->angles[ANGLES / 2 + i % (ANGLES / 2)];
	}
	return rest;
}

/* Writes the inputs of a linear map. Returns the end of them. */
static float *put_moved(float *x, const view_t *view, const int *points, int count)
{
	for (int i = 0; i < 2 * count; i++) {
		x[i] = MOVED_UNIT * (float)view->moved.p[points[i / 2]][i % 2];
	}
	for (int i = 0; i < TURNS; i++) {
		x[2 * count + i] = view->angles[i] - view->angles[TURNS + i];
	}
	return x + 2 * count + TURNS;
}

/* Writes the inputs of the mouth's network. */
static void put_all(float *x, const view_t *view, const int *points, int count)
{
	for (int i = 0; i < 2 * count; i++) {
		x[i] = MOVED_UNIT * (float)view->moved.p[points[i / 2]][i % 2];
		x[2 * count + i] = SHAPE_UNIT * (float)view->shape.p[points[i / 2]][i % 2];
	}
	memcpy(x + 4 * count, view->angles, sizeof(view->angles));
}

/* Where both eyes look against rest, radians to the subject's left, or up: the mean by certainty, for an
 * eye that looks outwards shows less of it than the one that looks inwards. axis: 0 or 1. */
static float gaze_of(const ef_reading_t *read, const ef_reading_t *rest, int axis)
{
	float sum = 0, weight = 1e-6F;

	for (int side = 0; side < 2; side++) {
		int at = 2 * side + axis;
		float sure = read->sure[side] * read->sure[side];

		sum += sure * (read->gaze[at] - rest->gaze[at]);
		weight += sure;
	}
	return sum / weight;
}

/* side: 0 left, 1 right; outwards of the right eye is the other way. */
static void put_reading(float *x, const ef_reading_t *read, const ef_reading_t *rest, int side)
{
	float out = side == 0 ? GAZE_UNIT : -GAZE_UNIT;

	if (read == NULL) {
		memset(x, 0, READINGS * sizeof(*x));
		return;
	}
	x[0] = read->lids[side] - rest->lids[side];
	x[1] = fmaxf(rest->lids[side] - LID_OPEN, 0);
	x[2] = out * gaze_of(read, rest, 0);
	x[3] = GAZE_UNIT * gaze_of(read, rest, 1);
}

static double number(float value)
{
	return isfinite(value) ? (double)value : 0;
}

static double share(float value)
{
	return fmin(fmax(number(value), 0), 1);
}

static void look_at_eye(const ef_solver_t *solver, const view_t *view, const ef_reading_t *read,
	const ef_reading_t *rest, int side, ef_appearance_t *seen)
{
	float x[EYE_INPUTS], y[EYE_OUTPUTS];

	put_reading(put_moved(x, view, eye_points, EYE_POINTS), read, rest, side);
	run(&solver->eye, x, y);
	seen->closed[side] = number(y[EYE_CLOSED]);
	seen->gaze_out[side] = number(y[EYE_OUT]);
	seen->gaze_up[side] = number(y[EYE_UP]);
}

/* Eyes look at one thing: apart from a little squint, which no reading tells, they turn together. */
static void join_eyes(ef_appearance_t *seen)
{
	double left = (seen->gaze_out[0] - seen->gaze_out[1]) / 2;
	double up = (seen->gaze_up[0] + seen->gaze_up[1]) / 2;

	seen->gaze_out[0] = left;
	seen->gaze_out[1] = -left;
	seen->gaze_up[0] = seen->gaze_up[1] = up;
}

static void look_at_brow(
	const ef_solver_t *solver, const view_t *view, int side, ef_appearance_t *seen)
{
	float x[BROW_INPUTS], y[BROW_OUTPUTS];

	put_moved(x, view, brow_points, BROW_POINTS);
	run(&solver->brow, x, y);
	seen->brow_inner[side] = number(y[BROW_INNER]);
	seen->brow_outer[side] = number(y[BROW_OUTER]);
}

/* What the network tells of a mouth, less what it tells of the same mouth at rest. */
static void tell_mouth(const ef_solver_t *solver, const view_t *view, float y[MOUTH_COEFFICIENTS])
{
	float x[MOUTH_INPUTS], rest[MOUTH_COEFFICIENTS];
	view_t neutral = at_rest(view);

	put_all(x, &neutral, mouth_points, MOUTH_POINTS);
	run(&solver->mouth, x, rest);
	put_all(x, view, mouth_points, MOUTH_POINTS);
	run(&solver->mouth, x, y);
	for (size_t i = 0; i < MOUTH_COEFFICIENTS; i++) {
		y[i] -= rest[i];
	}
}

/* The network tells of the mouth's shape, too: the mean of both errs less than either. */
static void weigh_shape(ef_appearance_t *seen)
{
	const double *c = seen->coefficients;

	seen->width = (seen->width + ef_appearance_width(c)) / 2;
	seen->corner[0] += c[EF_MOUTH_SMILE_LEFT] - c[EF_MOUTH_FROWN_LEFT];
	seen->corner[1] += c[EF_MOUTH_SMILE_RIGHT] - c[EF_MOUTH_FROWN_RIGHT];
	seen->corner[0] /= 2;
	seen->corner[1] /= 2;
}

/* The mean of what is seen and of what is seen in a mirror, so that no side is preferred. */
static void look_at_mouth(const ef_solver_t *solver, const view_t *views, ef_appearance_t *seen)
{
	float x[SHAPE_INPUTS], shape[2][SHAPE_OUTPUTS], y[2][MOUTH_COEFFICIENTS];

	for (int i = 0; i < 2; i++) {
		put_moved(x, &views[i], mouth_points, MOUTH_POINTS);
		run(&solver->shape, x, shape[i]);
		tell_mouth(solver, &views[i], y[i]);
	}
	seen->width = number((shape[0][SHAPE_WIDTH] + shape[1][SHAPE_WIDTH]) / 2);
	for (int side = 0; side < 2; side++) {
		seen->corner[side] = number(
			(shape[0][SHAPE_CORNERS + side] + shape[1][SHAPE_CORNERS + 1 - side]) / 2);
	}
	for (size_t i = 0; i < MOUTH_COEFFICIENTS; i++) {
		seen->coefficients[mouth_coefficients[i]] += share(y[0][i]) / 2;
		seen->coefficients[solver->mirrored[i]] += share(y[1][i]) / 2;
	}
	weigh_shape(seen);
}

void ef_solver_run(const ef_solver_t *solver, const ef_sight_t *sight, const ef_reading_t *read,
	const ef_neutral_t *neutral, ef_appearance_t *seen)
{
	view_t views[2];

	*seen = (ef_appearance_t){0};
	view_of(sight, neutral, &views[0]);
	mirror(&views[0], &views[1]);
	for (int side = 0; side < 2; side++) {
		look_at_eye(solver, &views[side], read, &neutral->read, side, seen);
		look_at_brow(solver, &views[side], side, seen);
	}
	join_eyes(seen);
	look_at_mouth(solver, views, seen);
}

void ef_solver_sure(const ef_solver_t *solver, const ef_sight_t *sight, const ef_reading_t *read,
	const ef_neutral_t *neutral, float sure[EF_COEFF_COUNT])
{
	const double *now = sight->stance.angles, *rest = neutral->rest.angles;

	ef_certainty_tell(&solver->certainty, now[0] - rest[0], now[1] - rest[1], read, sure);
}
