/* Presents luma to dlib as an image. C++, for tracker/dlib_*.cc only. */
#ifndef EF_DLIB_LUMA_H
#define EF_DLIB_LUMA_H

#include <dlib/image_processing/generic_image.h>

#include "proto/picture/luma.h"

namespace effigy
{
struct luma_view {
	const ef_luma_t *luma; /* borrowed */
};

inline long num_rows(const luma_view &view)
{
	return view.luma->h;
}

inline long num_columns(const luma_view &view)
{
	return view.luma->w;
}

inline long width_step(const luma_view &view)
{
	return view.luma->stride;
}

inline const void *image_data(const luma_view &view)
{
	return view.luma->data;
}
} // namespace effigy

namespace dlib
{
template <> struct image_traits<effigy::luma_view> {
	typedef unsigned char pixel_type;
};
} // namespace dlib

#endif
