/* Finds faces in a frame: dlib's detector, and the landmarks of what it has found. */
#ifndef EF_FINDER_H
#define EF_FINDER_H

#include <stddef.h>

#include "tracker/cascade.h"
#include "tracker/dlib_detector.h"
#include "tracker/roi.h"

#define EF_FACES_MAX 32

/* The width of a face, in pixels, at which the detector works best: measured on real people, it takes
 * 1 ms for a region around a face and scores highest (it steps through face sizes of 73, 88, 106). */
#define EF_FINDER_FACE 84

/* Largest root mean square distance of a face's landmarks from the mean shape, in sizes of the face. */
#define EF_RESIDUAL_MAX 0.11f

typedef struct ef_finder ef_finder_t;

/* model: path of a dlib shape predictor of 68 landmarks. Returns NULL with the reason in why. */
ef_finder_t *ef_finder_new(const char *model, char *why, size_t why_size);
void ef_finder_destroy(ef_finder_t **finder);

/* Runs the detector on a region of the frame, scaled to width. Writes at most EF_FACES_MAX faces,
 * best first, with boxes in pixels of the frame. Returns their number; 0 when memory runs out. */
int ef_finder_detect(ef_finder_t *finder, const ef_luma_t *luma, const ef_roi_t *roi, int width,
	ef_found_t *found);

/* Runs the detector around place. Returns 1 when it finds a face there, and sets its score; else
 * 0. It accepts lower scores than a search does. */
int ef_finder_verify(
	ef_finder_t *finder, const ef_luma_t *luma, const ef_place_t *place, float *score);

/* Finds the landmarks and the place of a face in a detected box. Returns 0 when it is no face. */
int ef_finder_examine(ef_finder_t *finder, const ef_luma_t *luma, const float box[4],
	ef_place_t *place, float pts[2 * EF_LANDMARKS]);

/* ef_settle with the finder's model. */
float ef_finder_settle(ef_finder_t *finder, const ef_luma_t *luma, ef_place_t *place,
	float pts[2 * EF_LANDMARKS], int times);

/* A box is x, y, w, h. */
ef_place_t ef_place_of_box(const float box[4]);
void ef_box_of_place(const ef_place_t *place, float box[4]);

#endif
