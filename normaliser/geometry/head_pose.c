#include "normaliser/geometry/head_pose.h"

#include <math.h>
#include <string.h>

#include "normaliser/geometry/face_model.h"

#define STEPS_MAX 15 /* Gauss-Newton from straight ahead; 5 to 8 are used within 45 degrees */
#define STEP_DONE 1e-7 /* radians */
#define STEP_LONGEST 0.5 /* radians */
#define OUTLIER 0.012 /* widths of the head; a correct landmark is within 0.01 */
#define SCALE_MIN 0.3
#define SCALE_MAX 3.0
#define ERROR_MAX 0.12 /* real faces stay under 0.03, noise is over 0.2 */
#define FACING_MIN 0.35 /* cosine: beyond 70 degrees the pose is not reliable */
#define RIDGE 1e-7

/* Unknowns: a small rotation about x, y and z, and a factor. */
#define UNKNOWNS 4

void ef_solid_from_landmarks(ef_solid_t *solid, const ef_landmarks_t *landmarks)
{
	for (int i = 0; i < EF_LANDMARKS; i++) {
		solid->p[i][0] = landmarks->p[i][0];
		solid->p[i][1] = landmarks->p[i][1];
		solid->p[i][2] = ef_face_model[i][2];
	}
}

/* Solves h x = g for a symmetric positive definite h by Cholesky's method; x replaces g. Returns
 * 0, or -1 when h is not positive definite. */
static int solve(double h[UNKNOWNS][UNKNOWNS], double g[UNKNOWNS])
{
	for (int i = 0; i < UNKNOWNS; i++) {
		for (int j = 0; j <= i; j++) {
			double sum = h[i][j];

			for (int k = 0; k < j; k++) {
				sum -= h[i][k] * h[j][k];
			}
			if (i == j && !(sum > 0)) {
				return -1;
			}
			h[i][j] = i == j ? sqrt(sum) : sum / h[j][j];
		}
		for (int k = 0; k < i; k++) {
			g[i] -= h[i][k] * g[k];
		}
		g[i] /= h[i][i];
	}
	for (int i = UNKNOWNS - 1; i >= 0; i--) {
		for (int k = i + 1; k < UNKNOWNS; k++) {
			g[i] -= h[k][i] * g[k];
		}
		g[i] /= h[i][i];
	}
	return 0;
}

/* Sets the best shift for the current rotation and scale, the residuals and their error. */
static void place(ef_head_pose_t *pose, const ef_solid_t *face, const ef_landmarks_t *seen,
	const double weight[EF_LANDMARKS], double residual[EF_LANDMARKS][2])
{
	double sum = 0, squares = 0;

	pose->shift[0] = pose->shift[1] = 0;
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double p[3];

		ef_rotation_apply(pose->r, face->p[i], p);
		residual[i][0] = seen->p[i][0] - pose->scale * p[0];
		residual[i][1] = seen->p[i][1] - pose->scale * p[1];
		pose->shift[0] += weight[i] * residual[i][0];
		pose->shift[1] += weight[i] * residual[i][1];
		sum += weight[i];
	}
	pose->shift[0] /= sum;
	pose->shift[1] /= sum;
	for (int i = 0; i < EF_LANDMARKS; i++) {
		residual[i][0] -= pose->shift[0];
		residual[i][1] -= pose->shift[1];
		squares += weight[i] *
			   (residual[i][0] * residual[i][0] + residual[i][1] * residual[i][1]);
	}
	pose->error = sqrt(squares / sum) / pose->scale;
}

/* Huber's weights: an outlier, such as a corner of a blinking eye, counts less. */
static void weigh(const double residual[EF_LANDMARKS][2], double scale, double weight[EF_LANDMARKS])
{
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double off = hypot(residual[i][0], residual[i][1]) / scale;

		weight[i] = ef_face_rigidity[i] * (off > OUTLIER ? OUTLIER / off : 1);
	}
}

/* One Gauss-Newton step. Returns its length in radians, or -1 when the points do not define one. */
static double improve(ef_head_pose_t *pose, const ef_solid_t *face,
	const double weight[EF_LANDMARKS], double residual[EF_LANDMARKS][2])
{
	double h[UNKNOWNS][UNKNOWNS] = {{0}}, g[UNKNOWNS] = {0}, mean[3] = {0}, sum = 0, length;

	for (int i = 0; i < EF_LANDMARKS; i++) {
		for (int k = 0; k < 3; k++) {
			mean[k] += weight[i] * face->p[i][k];
		}
		sum += weight[i];
	}
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double s = pose->scale, p[3], q[3];

		if (weight[i] == 0) {
			continue;
		}
		for (int k = 0; k < 3; k++) {
			q[k] = face->p[i][k] - mean[k] / sum;
		}
		ef_rotation_apply(pose->r, q, p);
		const double j[2][UNKNOWNS] = {
			{0, s * p[2], -s * p[1], s * p[0]},
			{-s * p[2], 0, s * p[0], s * p[1]},
		};
		for (int axis = 0; axis < 2; axis++) {
			for (int m = 0; m < UNKNOWNS; m++) {
				g[m] += weight[i] * j[axis][m] * residual[i][axis];
				for (int n = 0; n < UNKNOWNS; n++) {
					h[m][n] += weight[i] * j[axis][m] * j[axis][n];
				}
			}
		}
	}
	for (int m = 0; m < UNKNOWNS; m++) {
		h[m][m] += RIDGE;
	}
	if (solve(h, g) == -1) {
		return -1;
	}
	length = sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2]);
	if (length > STEP_LONGEST) {
		for (int m = 0; m < UNKNOWNS; m++) {
			g[m] *= STEP_LONGEST / length;
		}
	}
	ef_rotation_turn(pose->r, g);
	pose->scale *= exp(g[3] > 0.5 ? 0.5 : g[3] < -0.5 ? -0.5 : g[3]);
	return length;
}

int ef_head_pose_fit(ef_head_pose_t *pose, const ef_solid_t *face, const ef_landmarks_t *seen)
{
	double weight[EF_LANDMARKS], residual[EF_LANDMARKS][2], step = 1;

	*pose = (ef_head_pose_t){.r = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, .scale = 1};
	memcpy(weight, ef_face_rigidity, sizeof(weight));
	place(pose, face, seen, weight, residual);
	for (int i = 0; i < STEPS_MAX && step > STEP_DONE; i++) {
		step = improve(pose, face, weight, residual);
		if (!(step >= 0)) {
			return -1;
		}
		place(pose, face, seen, weight, residual);
		/* During the first steps all residuals are large: no outliers yet. */
		if (i >= 3) {
			weigh(residual, pose->scale, weight);
		}
	}
	place(pose, face, seen, ef_face_rigidity, residual);
	return pose->scale > SCALE_MIN && pose->scale < SCALE_MAX && pose->error < ERROR_MAX &&
			       pose->r[2][2] > FACING_MIN
		       ? 0
		       : -1;
}

void ef_head_pose_undo(const ef_head_pose_t *pose, const ef_solid_t *face,
	const ef_landmarks_t *seen, ef_landmarks_t *straight)
{
	const double(*r)[3] = pose->r;
	double det = r[0][0] * r[1][1] - r[0][1] * r[1][0];

	for (int i = 0; i < EF_LANDMARKS; i++) {
		double z = face->p[i][2];
		double x = (seen->p[i][0] - pose->shift[0]) / pose->scale - r[0][2] * z;
		double y = (seen->p[i][1] - pose->shift[1]) / pose->scale - r[1][2] * z;

		straight->p[i][0] = (r[1][1] * x - r[0][1] * y) / det;
		straight->p[i][1] = (r[0][0] * y - r[1][0] * x) / det;
	}
}

void ef_head_pose_project(const ef_head_pose_t *pose, const double point[3], double seen[2])
{
	double p[3];

	ef_rotation_apply(pose->r, point, p);
	seen[0] = pose->scale * p[0] + pose->shift[0];
	seen[1] = pose->scale * p[1] + pose->shift[1];
}
