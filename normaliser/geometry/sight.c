#include "normaliser/geometry/sight.h"

#include <math.h>

/* Focal length in widths of the frame: 58 degrees of view, between a laptop's and a phone's webcam.
 * Only the head's distance depends on it. */
#define FOCAL 0.9

/* The head turns about the top of the neck: a turn alone moves this point little. Widths of the
 * head, on the axes of the mean face. */
static const double pivot[3] = {0, -0.3, -0.45};

/* The head's place relative to the webcam, in widths of the head. map: pixels (y up) to seen. */
static void find_place(const ef_head_pose_t *pose, const ef_similarity_t *map,
	const ef_face_t *face, double place[3])
{
	const ef_similarity_t to_pixels = ef_similarity_inverse(map);
	double seen[2], pixels = pose->scale / ef_similarity_scale(map);

	ef_head_pose_project(pose, pivot, seen);
	place[0] = (ef_similarity_x(&to_pixels, seen[0], seen[1]) - face->w / 2.0) / pixels;
	place[1] = (ef_similarity_y(&to_pixels, seen[0], seen[1]) + face->h / 2.0) / pixels;
	place[2] = -FOCAL * fmax(face->w, 1) / pixels;
}

/* The rotation in the image: adds the roll that the similarity removed before the pose was
 * found. */
static void find_rotation(const ef_head_pose_t *pose, const ef_similarity_t *map, double (*r)[3])
{
	double undone[3][3];

	ef_rotation_from_angles(undone, 0, 0, atan2(map->b, map->a));
	/* undone^T * pose, written out: ef_rotation_difference () computes a * b^T. */
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 3; j++) {
			r[i][j] = undone[0][i] * pose->r[0][j] + undone[1][i] * pose->r[1][j] +
				  undone[2][i] * pose->r[2][j];
		}
	}
}

int ef_sight_take(ef_sight_t *sight, const ef_landmarks_t *neutral, const ef_face_t *face)
{
	double *angles = sight->stance.angles;
	ef_similarity_t map;
	ef_landmarks_t seen;
	ef_solid_t person;

	if (face->state != EF_TRACKED || ef_landmarks_normalise(face->pts, &seen, &map) == -1) {
		return -1;
	}
	ef_solid_from_landmarks(&person, neutral);
	if (ef_head_pose_fit(&sight->pose, &person, &seen) == -1) {
		return -1;
	}
	ef_head_pose_undo(&sight->pose, &person, &seen, &sight->straight);
	find_rotation(&sight->pose, &map, sight->rotation);
	ef_rotation_angles(sight->rotation, &angles[0], &angles[1], &angles[2]);
	find_place(&sight->pose, &map, face, sight->stance.place);
	return 0;
}
