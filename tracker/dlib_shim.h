/* dlib behind a C API.
 *
 * 1. Objects are opaque; _new or _load makes one, _destroy frees it, takes NULL and nulls the
 *    caller's pointer.
 * 2. No C++ type and no exception crosses: every entry catches all, and failure is NULL or -1
 *    with a sentence in the caller's buffer.
 * 3. Objects share nothing; one object may be used by one thread at a time.
 * 4. Images are borrowed for the call and not copied. */
#ifndef EF_DLIB_SHIM_H
#define EF_DLIB_SHIM_H

#include <stddef.h>

#include "tracker/cascade.h"
#include "tracker/luma.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
	float box[4]; /* x, y, w, h in pixels of the image searched; may reach beyond it */
	float score; /* 0 is dlib's default threshold; a clear frontal face has 1 to 3 */
} ef_found_t;

/* dlib's frontal face detector: HOG, five poses, faces from 80 pixels wide. */
typedef struct ef_detector ef_detector_t;

/* NULL with the reason in why. */
ef_detector_t *ef_detector_new(char *why, size_t why_size);
void ef_detector_destroy(ef_detector_t **detector);

/* Finds faces with a score of at least threshold, best first, and writes them to found[0..max-1].
 * Returns their number, or -1 when memory runs out. Takes about 60 ns a pixel. */
int ef_detector_find(ef_detector_t *detector, const ef_luma_t *luma, double threshold,
	ef_found_t *found, int max);

/* Reads a model of 68 landmarks that dlib's shape_predictor has stored. NULL with the reason in
 * why. */
ef_cascade_t *ef_cascade_load(const char *path, char *why, size_t why_size);

/* dlib's own landmarks, whole pixels, for comparison: loads the same file. */
typedef struct ef_predictor ef_predictor_t;
ef_predictor_t *ef_predictor_load(const char *path, char *why, size_t why_size);
void ef_predictor_destroy(ef_predictor_t **predictor);
int ef_predictor_landmarks(ef_predictor_t *predictor, const ef_luma_t *luma, const float box[4],
	float pts[2 * EF_LANDMARKS]);

#ifdef __cplusplus
}
#endif

#endif
