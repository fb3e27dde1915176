#include "tracker/dlib_predictor.h"

#include <dlib/image_processing/shape_predictor.h>

#include <cmath>
#include <memory>

#include "tracker/dlib_luma.h"

struct ef_predictor {
	dlib::shape_predictor shape;
};

ef_predictor_t *ef_predictor_load(const char *path)
{
	try {
		std::unique_ptr<ef_predictor_t> predictor(new ef_predictor);

		dlib::deserialize(path) >> predictor->shape;
		return predictor.release();
	} catch (...) {
		return nullptr;
	}
}

void ef_predictor_destroy(ef_predictor_t **predictor)
{
	delete *predictor;
	*predictor = nullptr;
}

int ef_predictor_landmarks(ef_predictor_t *predictor, const ef_luma_t *luma, const float box[4],
	float pts[2 * EF_LANDMARKS])
{
	try {
		long left = std::lround(box[0]), top = std::lround(box[1]);
		dlib::rectangle where(
			left, top, left + std::lround(box[2]) - 1, top + std::lround(box[3]) - 1);
		dlib::full_object_detection face = predictor->shape(effigy::luma_view{luma}, where);

		for (unsigned long i = 0; i < EF_LANDMARKS && i < face.num_parts(); i++) {
			pts[2 * i] = static_cast<float>(face.part(i).x());
			pts[2 * i + 1] = static_cast<float>(face.part(i).y());
		}
		return 0;
	} catch (...) {
		return -1;
	}
}
