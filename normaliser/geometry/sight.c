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

/* What the pixels count beside the fitted pose for the pitch, which landmarks tell only together with
 * the unknown depths of the face. Constant, since each has an offset of its own, which the head at
 * rest takes away. Chosen by comparison with another tracker, by which landmarks tell yaw and roll as
 * well as pixels do. */
#define PITCH_SHARE 0.7

/* Finds the head's rotation in the image. The pose is in the landmarks' own plane, from which the
 * similarity removed a roll. */
static void find_rotation(ef_sight_t *sight, const ef_similarity_t *map, const ef_face_t *face)
{
	double *angles = sight->stance.angles;

	ef_rotation_angles(sight->pose.r, &angles[0], &angles[1], &angles[2]);
	angles[2] -= atan2(map->b, map->a);
	if (face->is_pitched) {
		angles[1] += PITCH_SHARE * (face->pitch - angles[1]);
	}
	ef_rotation_from_angles(sight->rotation, angles[0], angles[1], angles[2]);
}

int ef_sight_take(ef_sight_t *sight, const ef_landmarks_t *neutral, const ef_face_t *face)
{
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
	find_rotation(sight, &map, face);
	ef_head_pose_undo(&sight->pose, &person, &seen, &sight->straight);
	find_place(&sight->pose, &map, face, sight->stance.place);
	return 0;
}
