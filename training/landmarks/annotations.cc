#include "training/landmarks/annotations.h"

#include <dlib/data_io/image_dataset_metadata.h>
#include <dlib/image_io.h>

#include <stdexcept>

#include "proto/wire/message.h"

namespace effigy
{
namespace
{
namespace metadata = dlib::image_dataset_metadata;

[[noreturn]] void refuse(const std::string &what)
{
	throw std::runtime_error(what);
}

metadata::dataset read_xml(const std::string &path)
{
	metadata::dataset dataset;

	try {
		metadata::load_image_dataset_metadata(dataset, path);
	} catch (const std::exception &error) {
		refuse("cannot read " + path + ": " + error.what());
	}
	return dataset;
}

/* "07" and "7" are both part 7. */
const dlib::point &part(const metadata::box &box, int number, const std::string &where)
{
	std::string plain = std::to_string(number);
	auto found = box.parts.find(number < 10 ? "0" + plain : plain);

	if (found == box.parts.end()) {
		found = box.parts.find(plain);
	}
	if (found == box.parts.end()) {
		refuse(where + ": part " + plain + " is missing; a face needs the parts 00 to 67");
	}
	return found->second;
}

dlib::full_object_detection read_face(const metadata::box &box, const std::string &where)
{
	std::vector<dlib::point> parts;

	for (int i = 0; i < EF_LANDMARKS; i++) {
		parts.push_back(part(box, i, where));
	}
	if (box.parts.size() != EF_LANDMARKS) {
		refuse(where + ": it has " + std::to_string(box.parts.size()) +
			" parts; a face has exactly 68, named 00 to 67");
	}
	if (box.rect.width() < 2 || box.rect.height() < 2) {
		refuse(where + ": its box is less than 2 pixels wide or high");
	}
	return dlib::full_object_detection(box.rect, parts);
}

std::vector<dlib::full_object_detection> read_faces(
	const metadata::image &image, const std::string &path)
{
	std::vector<dlib::full_object_detection> faces;

	for (size_t i = 0; i < image.boxes.size(); i++) {
		if (!image.boxes[i].ignore) {
			faces.push_back(read_face(image.boxes[i],
				path + ": " + image.filename + ": face " + std::to_string(i + 1)));
		}
	}
	return faces;
}

void read_picture(
	dlib::array2d<unsigned char> &picture, const std::string &folder, const std::string &name)
{
	std::string path = name[0] == '/' ? name : folder + name;

	try {
		dlib::load_image(picture, path);
	} catch (const std::exception &error) {
		refuse("cannot read the picture " + path + ": " + error.what());
	}
}
} // namespace

annotations read_annotations(const std::string &path)
{
	metadata::dataset dataset = read_xml(path);
	std::string folder = path.substr(0, path.rfind('/') + 1);
	annotations all;

	for (const metadata::image &image : dataset.images) {
		std::vector<dlib::full_object_detection> faces = read_faces(image, path);

		if (faces.empty()) {
			continue;
		}
		dlib::array2d<unsigned char> picture;
		read_picture(picture, folder, image.filename);
		all.names.push_back(image.filename);
		all.pictures.push_back(picture);
		all.faces.push_back(faces);
	}
	if (all.faces.empty()) {
		refuse(path + ": no picture in it has a face");
	}
	return all;
}
} // namespace effigy
