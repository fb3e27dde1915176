/* A cascade of regression trees that finds 68 landmarks (Kazemi and Sullivan, CVPR 2014): the
 * model that dlib's shape_predictor trains and stores, evaluated here.
 *
 * dlib's own evaluation takes a box of whole pixels, returns landmarks of whole pixels and waits
 * for memory at each of its 7,500 leaves. On a face 75 pixels wide half a pixel is the difference
 * between an open and a shut eye, so this one works in fractions of a pixel. It finds all leaves of
 * a stage before it adds them, prefetches them, and stores them in half the bytes. */
#ifndef EF_CASCADE_H
#define EF_CASCADE_H

#include <stdint.h>

#include "proto/wire/message.h"
#include "proto/picture/luma.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EF_LEAF_STRIDE 144 /* int16_t from leaf to leaf: 136 and padding to 32 bytes */
#define EF_TREES_MAX 4096 /* of one stage; the published model has 500 */
#define EF_FEATURES_MAX 4096 /* of one stage; the published model has 500 */

typedef struct {
	uint16_t a, b; /* features; left when their difference is above the threshold */
	int32_t threshold; /* whole, as pixels are */
} ef_split_t;

/* A square around a face, rotated with it. */
typedef struct {
	float x, y; /* centre, pixels */
	float size; /* side, pixels */
	float roll; /* radians, clockwise as seen */
} ef_place_t;

/* Filled by ef_dlib_model_load () of tracker/dlib_model.h. */
typedef struct {
	int stages, trees, features; /* trees and features of each stage */
	int leaves; /* of a tree, a power of 2; it has leaves - 1 splits, as a heap */
	float mean[2 * EF_LANDMARKS]; /* where the landmarks start, box = 0..1 */
	uint16_t *anchors; /* stages * features: the landmark a feature is near */
	float *deltas; /* stages * features * 2: and how far from it, in the mean shape */
	ef_split_t *splits; /* stages * trees * (leaves - 1) */
	float *units; /* stages: the shift, in boxes, that 1 in a leaf stands for */
	int16_t *steps; /* stages * trees * leaves * EF_LEAF_STRIDE, 64-byte aligned: the leaves */
} ef_cascade_t;

/* Allocates the arrays for the counts, which are at most 65,535 features and 2^20 leaves in all
 * for each stage. NULL when memory runs out. */
ef_cascade_t *ef_cascade_new(int stages, int trees, int features, int leaves);
void ef_cascade_destroy(ef_cascade_t **cascade);

/* Finds the landmarks of the faces at count places, which may reach beyond the image, and writes them to
 * pts (of each x0, y0, ... pixels). Places that are near each other take little more memory traffic than
 * one: they are searched side by side, stage by stage, and mostly take the same leaves. */
void ef_cascade_landmarks(const ef_cascade_t *cascade, const ef_luma_t *luma,
	const ef_place_t *places, int count, float pts[][2 * EF_LANDMARKS]);

/* Sets *place to the face with these landmarks: where the search would have started best. The mean
 * shape is the average over the detector's boxes in training, so the similarity that
 * takes it to pts takes its box to the one that the detector would give. *residual, unless NULL,
 * is the root mean square distance of pts from the mean shape so placed, in sides of the place. */
void ef_cascade_fit(const ef_cascade_t *cascade, const float pts[2 * EF_LANDMARKS],
	ef_place_t *place, float *residual);

#ifdef __cplusplus
}
#endif

#endif
