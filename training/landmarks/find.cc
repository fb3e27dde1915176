/* training-find-landmarks: what a landmark model finds on annotated pictures, from the annotated boxes
 * and in the way the tracker does. Writes a JSON object a face: picture, box (x, y, w, h), pts (what it
 * found) and marks (what is annotated), 68 x, y in pixels. */
#include <cstdio>
#include <exception>

#include "training/landmarks/annotations.h"

extern "C" {
#include "tracker/follow/finder.h"
}

namespace
{
void write_points(const char *name, const float pts[2 * EF_LANDMARKS])
{
	printf(", \"%s\": [", name);
	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		printf("%s%.2f", i == 0 ? "" : ", ", static_cast<double>(pts[i]));
	}
	printf("]");
}

void find(ef_finder_t *finder, const std::string &name, dlib::array2d<unsigned char> &picture,
	const dlib::full_object_detection &face)
{
	ef_luma_t luma = {&picture[0][0], static_cast<int>(picture.nc()),
		static_cast<int>(picture.nc()), static_cast<int>(picture.nr())};
	const dlib::rectangle &rect = face.get_rect();
	float box[4] = {static_cast<float>(rect.left()), static_cast<float>(rect.top()),
		static_cast<float>(rect.width()), static_cast<float>(rect.height())};
	float pts[2 * EF_LANDMARKS], marks[2 * EF_LANDMARKS];
	ef_place_t place;

	ef_finder_examine(finder, &luma, box, &place, pts);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		marks[2 * i] = static_cast<float>(face.part(i).x());
		marks[2 * i + 1] = static_cast<float>(face.part(i).y());
	}
	printf("{\"picture\": \"%s\", \"box\": [%ld, %ld, %lu, %lu]", name.c_str(), rect.left(),
		rect.top(), rect.width(), rect.height());
	write_points("pts", pts);
	write_points("marks", marks);
	printf("}\n");
}

int run(const char *model, const char *xml)
{
	char why[256];
	ef_finder_t *finder = ef_finder_new(model, why, sizeof(why));

	if (finder == NULL) {
		fprintf(stderr, "training-find-landmarks: cannot use the landmark model %s: %s\n",
			model, why);
		return 1;
	}
	effigy::annotations all = effigy::read_annotations(xml);
	for (size_t i = 0; i < all.faces.size(); i++) {
		for (const auto &face : all.faces[i]) {
			find(finder, all.names[i], all.pictures[i], face);
		}
	}
	ef_finder_destroy(&finder);
	return 0;
}
} // namespace

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: training-find-landmarks MODEL FACES.xml\n");
		return 1;
	}
	try {
		return run(argv[1], argv[2]);
	} catch (const std::exception &error) {
		fprintf(stderr, "training-find-landmarks: %s\n", error.what());
		return 1;
	}
}
