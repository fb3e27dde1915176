#include "tracker/read/face_reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"
#include "tracker/read/patch_reader.h"

/* What the eyes' reader tells: shifts of its points, then these. Doubts are logarithms of standard
 * deviations: of points in halves of the patch, of the gaze in radians. */
#define EYE_POINTS 11 /* five of the brow, six of the eye */
#define BROW_POINTS 5
enum {
	EYE_GAZE = 2 * EYE_POINTS, /* radians outwards, and up */
	EYE_LID = EYE_GAZE + 2,
	EYE_DOUBTS,
	EYE_GAZE_DOUBT = EYE_DOUBTS + EYE_POINTS,
	EYE_OUTPUTS,
};

#define FACE_OUTPUTS 1 /* the pitch, radians */

#define MOUTH_FIRST 48
#define MOUTH_POINTS 20
enum {
	MOUTH_TEETH = 2 * MOUTH_POINTS,
	MOUTH_COVERED, /* the share of its points that a hand or another thing covers */
	MOUTH_DOUBTS,
	MOUTH_OUTPUTS = MOUTH_DOUBTS + MOUTH_POINTS,
};

/* How far off the cascade's landmarks are on real faces, as a standard deviation in halves of the
 * patch: against it, a point that a reader doubts stays where it is. Chosen by comparison with
 * another tracker. */
#define BROW_OFF 0.03F
#define EYE_OFF 0.06F
#define MOUTH_OFF 0.02F

/* Deviations at which a reading is half certain. */
#define GAZE_HALF 0.15F
#define MOUTH_HALF 0.08F

/* Landmarks of the left eye in the order of its reader, and of the right eye as in a mirror. */
static const int eye_points[2][EYE_POINTS] = {
	{22, 23, 24, 25, 26, 42, 43, 44, 45, 46, 47},
	{21, 20, 19, 18, 17, 39, 38, 37, 36, 41, 40},
};

struct ef_face_reader {
	ef_weights_t *weights;
	ef_patch_reader_t eye, mouth, face;
	ef_plane_t patch, scratch;
};

static int set_up(ef_face_reader_t *self)
{
	const ef_weights_t *weights = self->weights;

	return ef_patch_reader_init(&self->eye, weights, "eye", EYE_POINTS, EYE_OUTPUTS) == 0 &&
			       ef_patch_reader_init(&self->mouth, weights, "mouth", MOUTH_POINTS,
				       MOUTH_OUTPUTS) == 0 &&
			       ef_patch_reader_init(&self->face, weights, "face", EF_LANDMARKS,
				       FACE_OUTPUTS) == 0
		       ? 0
		       : -1;
}

ef_face_reader_t *ef_face_reader_load(const char *path, char *why, size_t why_size)
{
	ef_face_reader_t *self = ef_memory_new(sizeof(*self));

	self->weights = ef_weights_load(path, "face-reader", why, why_size);
	if (self->weights != NULL && set_up(self) == -1) {
		snprintf(why, why_size, "its tensors are not those of this version's readers");
		ef_face_reader_destroy(&self);
	} else if (self->weights == NULL) {
		ef_face_reader_destroy(&self);
	}
	return self;
}

void ef_face_reader_destroy(ef_face_reader_t **self)
{
	if (*self != NULL) {
		ef_weights_destroy(&(*self)->weights);
		ef_plane_finish(&(*self)->patch);
		ef_plane_finish(&(*self)->scratch);
		free(*self);
		*self = NULL;
	}
}

/* The frame's coordinates of a patch's. */
typedef struct {
	float x, y, c, s; /* centre; half a side, turned */
	float mirror; /* -1: the patch is read as in a mirror */
} map_t;

static map_t map_of(const ef_place_t *place, int mirrored)
{
	float half = place->size / 2;

	return (map_t){place->x, place->y, half * cosf(place->roll), half * sinf(place->roll),
		mirrored ? -1 : 1};
}

static void to_patch(const map_t *map, const float at[2], float point[2])
{
	float x = at[0] - map->x, y = at[1] - map->y, squared = map->c * map->c + map->s * map->s;

	point[0] = map->mirror * (map->c * x + map->s * y) / squared;
	point[1] = (map->c * y - map->s * x) / squared;
}

static void from_patch(const map_t *map, const float point[2], float at[2])
{
	float u = map->mirror * point[0], v = point[1];

	at[0] = map->x + map->c * u - map->s * v;
	at[1] = map->y + map->s * u + map->c * v;
}

static void mirror(uint8_t *pixels)
{
	for (int row = 0; row < EF_PATCH_SIDE; row++, pixels += EF_PATCH_SIDE) {
		for (int i = 0; i < EF_PATCH_SIDE / 2; i++) {
			uint8_t pixel = pixels[i];

			pixels[i] = pixels[EF_PATCH_SIDE - 1 - i];
			pixels[EF_PATCH_SIDE - 1 - i] = pixel;
		}
	}
}

/* Half at that deviation, whose logarithm is given. */
static float certainty(float logarithm, float half)
{
	float ratio = expf(fminf(logarithm, 10)) / half;

	return 1 / (1 + ratio * ratio);
}

/* One look at one patch. */
typedef struct {
	const ef_patch_reader_t *reader;
	const int *indices; /* of its landmarks; NULL: all, in their order */
	int doubts; /* the first of its points' doubts among the outputs */
	int mirrored;
} look_t;

/* How far off the cascade's landmark may be, halves of the patch. */
static float off(const look_t *look, int point)
{
	return look->reader->points == MOUTH_POINTS ? MOUTH_OFF
	       : point < BROW_POINTS                ? BROW_OFF
						    : EYE_OFF;
}

/* What was seen there. */
typedef struct {
	map_t map;
	float points[2 * EF_PATCH_READER_POINTS_MAX]; /* the landmarks, in the patch */
	float outputs[EF_PATCH_READER_OUTPUTS_MAX];
} seen_t;

/* Returns 0, or -1 when the patch cannot be cut. */
static int look_at(ef_face_reader_t *self, const look_t *look, const ef_luma_t *luma,
	const ef_place_t *place, const float *pts, seen_t *seen)
{
	if (ef_patch_cut(&self->patch, &self->scratch, luma, place) == -1) {
		return -1;
	}
	if (look->mirrored) {
		mirror(self->patch.buffer.data);
	}
	seen->map = map_of(place, look->mirrored);
	for (int i = 0; i < look->reader->points; i++) {
		int index = look->indices != NULL ? look->indices[i] : i;

		to_patch(&seen->map, pts + 2 * index, seen->points + 2 * i);
	}
	ef_patch_reader_look(look->reader, self->patch.buffer.data, seen->points, seen->outputs);
	return 0;
}

/* Looks, and moves the landmarks towards where the reader sees them, as far as it is certain. Returns
 * 0, or -1 when the patch cannot be cut. */
static int correct(ef_face_reader_t *self, const look_t *look, const ef_luma_t *luma,
	const ef_place_t *place, float *pts, seen_t *seen)
{
	if (look_at(self, look, luma, place, pts, seen) == -1) {
		return -1;
	}
	for (int i = 0; i < look->reader->points; i++) {
		float *point = seen->points + 2 * i, *shift = seen->outputs + 2 * i;
		float sure = certainty(seen->outputs[look->doubts + i], off(look, i));

		point[0] += sure * shift[0];
		point[1] += sure * shift[1];
		from_patch(&seen->map, point, pts + 2 * look->indices[i]);
	}
	return 0;
}

static float share(float value)
{
	return fminf(fmaxf(value, 0), 1);
}

static int read_eye(ef_face_reader_t *self, const ef_luma_t *luma, const ef_place_t *place, int eye,
	ef_face_t *face)
{
	const look_t look = {&self->eye, eye_points[eye], EYE_DOUBTS, eye == EF_PATCH_RIGHT_EYE};
	const float *outputs;
	ef_reading_t *read = &face->read;
	seen_t seen;

	if (correct(self, &look, luma, place, face->pts, &seen) == -1) {
		return -1;
	}
	outputs = seen.outputs;
	read->lids[eye] = share(outputs[EYE_LID]);
	read->gaze[2 * eye] = outputs[EYE_GAZE] * (eye == EF_PATCH_RIGHT_EYE ? -1 : 1);
	read->gaze[2 * eye + 1] = outputs[EYE_GAZE + 1];
	read->sure[eye] = certainty(outputs[EYE_GAZE_DOUBT], GAZE_HALF);
	return 0;
}

static int read_mouth(
	ef_face_reader_t *self, const ef_luma_t *luma, const ef_place_t *place, ef_face_t *face)
{
	int indices[MOUTH_POINTS];
	const look_t look = {&self->mouth, indices, MOUTH_DOUBTS, 0};
	float doubt = 0;
	seen_t seen;

	for (int i = 0; i < MOUTH_POINTS; i++) {
		indices[i] = MOUTH_FIRST + i;
	}
	if (correct(self, &look, luma, place, face->pts, &seen) == -1) {
		return -1;
	}
	for (int i = 0; i < MOUTH_POINTS; i++) {
		doubt += seen.outputs[MOUTH_DOUBTS + i] / MOUTH_POINTS;
	}
	face->read.mouth[1] = share(seen.outputs[MOUTH_TEETH]);
	face->read.sure[2] =
		certainty(doubt, MOUTH_HALF) * (1 - share(seen.outputs[MOUTH_COVERED]));
	return 0;
}

/* How far the head nods. Returns 0, or -1 when the patch cannot be cut. */
static int read_pitch(
	ef_face_reader_t *self, const ef_luma_t *luma, const ef_place_t *place, ef_face_t *face)
{
	seen_t seen;

	if (look_at(self, &(look_t){.reader = &self->face}, luma, place, face->pts, &seen) == -1) {
		return -1;
	}
	face->pitch = seen.outputs[0];
	face->is_pitched = isfinite(face->pitch);
	return 0;
}

/* How far a lies above b on the upright face, in pixels. up: the face's own direction, length 1. */
static float height(const float *pts, int a, int b, const float up[2])
{
	return (pts[2 * a] - pts[2 * b]) * up[0] + (pts[2 * a + 1] - pts[2 * b + 1]) * up[1];
}

/* What follows from the landmarks: the brows' height and slant, the gap between the lips. */
static void measure(ef_face_t *face)
{
	const float *pts = face->pts;
	float x = pts[90] - pts[72], y = pts[91] - pts[73], wide = fmaxf(hypotf(x, y), 1);
	float up[2] = {y / wide, -x / wide};

	for (int eye = 0; eye < 2; eye++) {
		const int *at = eye_points[eye];
		float inner = height(pts, at[0], at[5], up), outer = height(pts, at[4], at[8], up);
		float middle = (height(pts, at[2], at[5], up) + height(pts, at[2], at[8], up)) / 2;

		face->read.brows[2 * eye] = middle / wide;
		face->read.brows[2 * eye + 1] = (inner - outer) / wide;
	}
	face->read.mouth[0] = fmaxf(height(pts, 62, 66, up), 0) / wide;
}

void ef_face_reader_read(ef_face_reader_t *self, const ef_luma_t *luma, ef_face_t *face)
{
	ef_place_t places[EF_PATCHES];
	ef_face_t read = *face;

	if (ef_patches_place(face->pts, places) == -1 ||
		read_pitch(self, luma, &places[EF_PATCH_FACE], &read) == -1) {
		return;
	}
	for (int eye = EF_PATCH_LEFT_EYE; eye <= EF_PATCH_RIGHT_EYE; eye++) {
		if (read_eye(self, luma, &places[eye], eye, &read) == -1) {
			return;
		}
	}
	if (read_mouth(self, luma, &places[EF_PATCH_MOUTH], &read) == -1) {
		return;
	}
	measure(&read);
	read.is_read = 1;
	*face = read;
}
