/* dlib's frontal face detector: HOG, five poses, faces from 80 pixels wide.
 *
 * A C interface: no C++ type and no exception crosses it. One detector may be used by one thread
 * at a time. Images are borrowed for the call and not copied. */
#ifndef EF_DLIB_DETECTOR_H
#define EF_DLIB_DETECTOR_H

#include "proto/picture/luma.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
	float box[4]; /* x, y, w, h in pixels of the image searched; may reach beyond it */
	float score; /* 0 is dlib's default threshold; a clear frontal face has 1 to 3 */
} ef_found_t;

typedef struct ef_detector ef_detector_t;

/* NULL when memory runs out. */
ef_detector_t *ef_detector_new(void);
void ef_detector_destroy(ef_detector_t **detector);

/* Finds faces with a score of at least threshold, best first, and writes them to found[0..max-1].
 * Returns their number, or -1 when memory runs out. Takes about 60 ns a pixel. */
int ef_detector_find(ef_detector_t *detector, const ef_luma_t *luma, double threshold,
	ef_found_t *found, int max);

#ifdef __cplusplus
}
#endif

#endif
