/* The file of a shape predictor, made smaller. */
#ifndef EF_COMPACT_H
#define EF_COMPACT_H

#include <dlib/image_processing/shape_predictor.h>

#include <ostream>

namespace effigy
{
/* Writes the model as dlib does, with the steps in its leaves rounded to 8 significant bits: dlib writes
 * only the bytes that a number needs, so the file is two thirds as large, and the landmarks move by less
 * than 0.1 % of the face. */
void write_compact(const dlib::shape_predictor &model, std::ostream &out);
} // namespace effigy

#endif
