#include "tracker/dlib_model.h"

#include <dlib/image_processing/shape_predictor.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <istream>
#include <new>
#include <string>

namespace
{
/* The private members of dlib::shape_predictor, in the order of the file. */
struct stored_model {
	dlib::matrix<float, 0, 1> mean;
	std::vector<std::vector<dlib::impl::regression_tree>> forests;
	std::vector<std::vector<unsigned long>> anchors;
	std::vector<std::vector<dlib::vector<float, 2>>> deltas;
};

const int FORMAT_VERSION = 1;

void refuse_unless(bool condition, const char *what)
{
	if (!condition) {
		throw dlib::error(what);
	}
}

/* dlib reads a model in tens of millions of pieces of one to eight bytes, for which std::filebuf has no
 * short way. */
class model_file : public std::streambuf
{
      public:
	explicit model_file(const char *path) : file(fopen(path, "rbe"))
	{
		refuse_unless(file != nullptr, "it cannot be opened");
	}
	~model_file() override
	{
		fclose(file);
	}
	model_file(const model_file &) = delete;
	model_file &operator=(const model_file &) = delete;

      protected:
	int_type underflow() override
	{
		size_t got = fread(bytes, 1, sizeof(bytes), file);

		setg(bytes, bytes, bytes + got);
		return got > 0 ? traits_type::to_int_type(bytes[0]) : traits_type::eof();
	}
	std::streamsize xsgetn(char *to, std::streamsize count) override
	{
		if (egptr() - gptr() < count) {
			return std::streambuf::xsgetn(to, count);
		}
		memcpy(to, gptr(), static_cast<size_t>(count));
		gbump(static_cast<int>(count));
		return count;
	}

      private:
	FILE *file;
	char bytes[1 << 16];
};

stored_model read_model(std::istream &in)
{
	stored_model model;
	int version = 0;

	try {
		dlib::deserialize(version, in);
		if (version == FORMAT_VERSION) {
			dlib::deserialize(model.mean, in);
			dlib::deserialize(model.forests, in);
			dlib::deserialize(model.anchors, in);
			dlib::deserialize(model.deltas, in);
		}
	} catch (const dlib::error &) {
		/* dlib's own message names C++ types. */
		throw dlib::error("it is not a dlib shape_predictor model, or it is truncated");
	}
	if (version != FORMAT_VERSION) {
		throw dlib::error("its format version is " + std::to_string(version) +
				  ", but only version 1 is supported, which dlib 18.10 to 19.24 "
				  "write; or it is not a dlib shape_predictor model");
	}
	return model;
}

/* Checks everything that is later used as an index. */
void check_stage(const stored_model &model, size_t stage, size_t trees, size_t leaves)
{
	size_t features = model.deltas[0].size();

	refuse_unless(
		model.anchors[stage].size() == features && model.deltas[stage].size() == features,
		"its stages have different numbers of features");
	for (unsigned long anchor : model.anchors[stage]) {
		refuse_unless(
			anchor < EF_LANDMARKS, "a feature refers to a landmark beyond the 68");
	}
	refuse_unless(
		model.forests[stage].size() == trees, "its stages have different numbers of trees");
	for (const auto &tree : model.forests[stage]) {
		refuse_unless(tree.leaf_values.size() == leaves && tree.splits.size() == leaves - 1,
			"its trees have different depths");
		for (const auto &split : tree.splits) {
			refuse_unless(split.idx1 < features && split.idx2 < features,
				"a tree refers to a feature that does not exist");
		}
		for (const auto &leaf : tree.leaf_values) {
			refuse_unless(leaf.size() == 2 * EF_LANDMARKS,
				"a leaf does not have 68 landmarks");
		}
	}
}

void check_model(const stored_model &model)
{
	size_t trees, leaves;

	refuse_unless(model.mean.size() == 2 * EF_LANDMARKS, "it does not have 68 landmarks");
	refuse_unless(!model.forests.empty() && model.forests.size() <= 1000 &&
			      model.anchors.size() == model.forests.size() &&
			      model.deltas.size() == model.forests.size() &&
			      !model.forests[0].empty(),
		"it has no stages, too many, or incomplete ones");
	trees = model.forests[0].size();
	leaves = model.forests[0][0].leaf_values.size();
	refuse_unless(trees <= EF_TREES_MAX && model.deltas[0].size() <= EF_FEATURES_MAX &&
			      leaves >= 2 && leaves <= 65536 && (leaves & (leaves - 1)) == 0,
		"its numbers of trees, features or leaves are not supported");
	for (size_t stage = 0; stage < model.forests.size(); stage++) {
		check_stage(model, stage, trees, leaves);
	}
}

float largest_step(const std::vector<dlib::impl::regression_tree> &forest)
{
	float largest = 0;

	for (const auto &tree : forest) {
		for (const auto &leaf : tree.leaf_values) {
			largest = std::max(largest, dlib::max(dlib::abs(leaf)));
		}
	}
	return largest;
}

void copy_tree(
	const dlib::impl::regression_tree &tree, float unit, ef_split_t *splits, int16_t *steps)
{
	for (size_t i = 0; i < tree.splits.size(); i++) {
		splits[i].a = static_cast<uint16_t>(tree.splits[i].idx1);
		splits[i].b = static_cast<uint16_t>(tree.splits[i].idx2);
		splits[i].threshold = tree.splits[i].thresh;
	}
	for (const auto &leaf : tree.leaf_values) {
		for (long i = 0; i < leaf.size(); i++) {
			steps[i] = static_cast<int16_t>(std::lround(leaf(i) / unit));
		}
		steps += EF_LEAF_STRIDE;
	}
}

void copy_stage(const stored_model &model, size_t stage, ef_cascade_t *cascade)
{
	size_t features = cascade->features, leaves = cascade->leaves;
	size_t tree = stage * static_cast<size_t>(cascade->trees);
	float largest = largest_step(model.forests[stage]);

	refuse_unless(std::isfinite(largest), "a leaf contains NaN or infinity");
	cascade->units[stage] = largest > 0 ? largest / 32767 : 1;
	for (size_t i = 0; i < features; i++) {
		cascade->anchors[stage * features + i] =
			static_cast<uint16_t>(model.anchors[stage][i]);
		cascade->deltas[2 * (stage * features + i)] = model.deltas[stage][i].x();
		cascade->deltas[2 * (stage * features + i) + 1] = model.deltas[stage][i].y();
	}
	for (const auto &source : model.forests[stage]) {
		copy_tree(source, cascade->units[stage], cascade->splits + tree * (leaves - 1),
			cascade->steps + tree * leaves * EF_LEAF_STRIDE);
		tree++;
	}
}

ef_cascade_t *copy_model(const stored_model &model)
{
	ef_cascade_t *cascade = ef_cascade_new(static_cast<int>(model.forests.size()),
		static_cast<int>(model.forests[0].size()), static_cast<int>(model.deltas[0].size()),
		static_cast<int>(model.forests[0][0].leaf_values.size()));

	if (cascade == nullptr) {
		throw std::bad_alloc();
	}
	try {
		for (long i = 0; i < model.mean.size(); i++) {
			cascade->mean[i] = model.mean(i);
		}
		for (size_t stage = 0; stage < model.forests.size(); stage++) {
			copy_stage(model, stage, cascade);
		}
	} catch (...) {
		ef_cascade_destroy(&cascade);
		throw;
	}
	return cascade;
}
} // namespace

ef_cascade_t *ef_dlib_model_load(const char *path, char *why, size_t why_size)
{
	try {
		model_file file(path);
		std::istream in(&file);
		stored_model model = read_model(in);
		check_model(model);
		return copy_model(model);
	} catch (const std::bad_alloc &) {
		snprintf(why, why_size, "out of memory");
	} catch (const std::exception &error) {
		snprintf(why, why_size, "%s", error.what());
	} catch (...) {
		snprintf(why, why_size, "unknown error inside dlib");
	}
	return nullptr;
}
