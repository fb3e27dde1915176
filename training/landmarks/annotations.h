/* Pictures with annotated faces, from a file of XML as dlib's imglab and iBUG's 300-W have it: images
 * with a box around each face and 68 parts in it, named 00 to 67 (or 0 to 67), whole pixels. */
#ifndef EF_ANNOTATIONS_H
#define EF_ANNOTATIONS_H

#include <cstddef> /* which dlib/array.h forgets */

#include <dlib/array.h>
#include <dlib/array2d.h>
#include <dlib/image_processing/full_object_detection.h>

#include <string>
#include <vector>

namespace effigy
{
struct annotations {
	std::vector<std::string> names; /* of the files of pictures, as the XML has them */
	dlib::array<dlib::array2d<unsigned char>> pictures; /* grey */
	std::vector<std::vector<dlib::full_object_detection>> faces; /* of each picture */
};

/* Reads the XML and its pictures, which lie beside it. Boxes that it marks as ignored are left out.
 * Throws std::runtime_error with a message for the user when something is missing or wrong. */
annotations read_annotations(const std::string &path);
} // namespace effigy

#endif
