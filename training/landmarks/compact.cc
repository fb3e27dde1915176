#include "training/landmarks/compact.h"

#include <cmath>
#include <sstream>

namespace effigy
{
namespace
{
float rounded(float value)
{
	int exponent;
	float mantissa = std::frexp(value, &exponent);

	return std::ldexp(std::round(mantissa * 256), exponent - 8);
}
} // namespace

/* The class does not give access to its trees: they are read from its serialised form
 * (tracker/dlib_model.h), which is the version, the mean shape, the trees, and the features. */
void write_compact(const dlib::shape_predictor &model, std::ostream &out)
{
	std::stringstream stored;
	int version;
	dlib::matrix<float, 0, 1> mean;
	std::vector<std::vector<dlib::impl::regression_tree>> forests;

	dlib::serialize(model, stored);
	dlib::deserialize(version, stored);
	dlib::deserialize(mean, stored);
	dlib::deserialize(forests, stored);
	for (auto &forest : forests) {
		for (auto &tree : forest) {
			for (auto &leaf : tree.leaf_values) {
				for (float &step : leaf) {
					step = rounded(step);
				}
			}
		}
	}
	dlib::serialize(version, out);
	dlib::serialize(mean, out);
	dlib::serialize(forests, out);
	out << stored.rdbuf();
}
} // namespace effigy
