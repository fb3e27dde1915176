/* dlib's own landmarks, for comparison: what the test and the benchmark measure the cascade
 * against. No part of the tracker. A C interface: no C++ type and no exception crosses it. */
#ifndef EF_DLIB_PREDICTOR_H
#define EF_DLIB_PREDICTOR_H

#include "tracker/cascade.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ef_predictor ef_predictor_t;

/* NULL when path is no model of dlib's shape_predictor, or memory runs out. */
ef_predictor_t *ef_predictor_load(const char *path);
void ef_predictor_destroy(ef_predictor_t **predictor);

/* Finds the landmarks of the face in box (x, y, w, h; rounded to whole pixels) and writes them
 * to pts, whole pixels too. Returns 0, or -1 when memory runs out. */
int ef_predictor_landmarks(ef_predictor_t *predictor, const ef_luma_t *luma, const float box[4],
	float pts[2 * EF_LANDMARKS]);

#ifdef __cplusplus
}
#endif

#endif
