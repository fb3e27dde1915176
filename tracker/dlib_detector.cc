#include "tracker/dlib_detector.h"

#include <dlib/image_processing/frontal_face_detector.h>

#include <algorithm>

#include "tracker/dlib_luma.h"

struct ef_detector {
	dlib::frontal_face_detector finder;
};

ef_detector_t *ef_detector_new(void)
{
	try {
		return new ef_detector{dlib::get_frontal_face_detector()};
	} catch (...) {
		return nullptr;
	}
}

void ef_detector_destroy(ef_detector_t **detector)
{
	delete *detector;
	*detector = nullptr;
}

int ef_detector_find(ef_detector_t *detector, const ef_luma_t *luma, double threshold,
	ef_found_t *found, int max)
{
	try {
		std::vector<dlib::rect_detection> all;
		int count;

		detector->finder(effigy::luma_view{luma}, all, threshold);
		count = std::min(static_cast<int>(all.size()), max);
		for (int i = 0; i < count; i++) {
			const dlib::rectangle &box = all[i].rect;

			found[i].box[0] = static_cast<float>(box.left());
			found[i].box[1] = static_cast<float>(box.top());
			found[i].box[2] = static_cast<float>(box.width());
			found[i].box[3] = static_cast<float>(box.height());
			found[i].score = static_cast<float>(all[i].detection_confidence);
		}
		return count;
	} catch (...) {
		return -1;
	}
}
