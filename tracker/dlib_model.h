/* Reads the file of a dlib shape_predictor.
 *
 * The class does not give access to its trees, so they are read from its serialised form, which
 * dlib documents nowhere: serialize () in dlib/image_processing/shape_predictor.h. That is version
 * 1 of the form, an int at the start of the file, unchanged since dlib 18.10 (2014) and in 19.24,
 * which Debian 12 and 13 have. A file of another version is refused. test_dlib_model compares the
 * landmarks with those of dlib itself.
 *
 * A C interface: no C++ type and no exception crosses it. */
#ifndef EF_DLIB_MODEL_H
#define EF_DLIB_MODEL_H

#include <stddef.h>

#include "tracker/cascade.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a model of 68 landmarks. Everything in it that is used as an index is checked. NULL with
 * the reason in why, as a clause about the file ("it cannot be opened"). */
ef_cascade_t *ef_dlib_model_load(const char *path, char *why, size_t why_size);

#ifdef __cplusplus
}
#endif

#endif
