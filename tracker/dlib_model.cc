#include "tracker/dlib_model.h"

#include <dlib/image_processing/shape_predictor.h>

#include <endian.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <istream>
#include <new>
#include <string>

namespace
{
struct stored_tree {
	std::vector<dlib::impl::split_feature> splits;
	std::vector<float> leaves; /* 2 * EF_LANDMARKS values each */
	size_t count; /* of leaves */
};

/* The private members of dlib::shape_predictor, in the order of the file. */
struct stored_model {
	dlib::matrix<float, 0, 1> mean;
	std::vector<std::vector<stored_tree>> forests;
	std::vector<std::vector<unsigned long>> anchors;
	std::vector<std::vector<dlib::vector<float, 2>>> deltas;
};

const int FORMAT_VERSION = 1;
const char BROKEN[] = "it is not a dlib shape_predictor model, or it is truncated";

void refuse_unless(bool condition, const char *what)
{
	if (!condition) {
		throw dlib::error(what);
	}
}

/* A model is tens of millions of pieces of one to eight bytes, for which std::filebuf has no short way. Its leaves,
 * which are nearly all of it, are read here and not by dlib, in a third of the time: a tracker that is started again
 * finds faces sooner. */
class model_file : public std::streambuf
{
      public:
	explicit model_file(const char *path) : file(fopen(path, "rbe"))
	{
		refuse_unless(file != nullptr, "it cannot be opened");
		for (int i = -LARGEST_EXPONENT; i <= LARGEST_EXPONENT; i++) {
			powers[i + LARGEST_EXPONENT] = std::ldexp(1.0, i);
		}
	}
	~model_file() override
	{
		fclose(file);
	}
	model_file(const model_file &) = delete;
	model_file &operator=(const model_file &) = delete;

	/* An integer as dlib::serialize packs it: the number of its bytes with the sign in the highest bit, then
	 * the bytes, least significant first. */
	int64_t take_int()
	{
		int head = sbumpc(), count = head & 0x0f;
		uint64_t value = 0;

		refuse_unless(head != traits_type::eof() && count >= 1 && count <= 8, BROKEN);
		if (egptr() - gptr() >= 8) {
			memcpy(&value, gptr(), 8);
			value = le64toh(value) & (UINT64_MAX >> (64 - 8 * count));
			gbump(count);
		} else {
			for (int i = 0; i < count; i++) {
				int byte = sbumpc();

				refuse_unless(byte != traits_type::eof(), BROKEN);
				value |= static_cast<uint64_t>(byte) << 8 * i;
			}
		}
		return static_cast<int64_t>((head & 0x80) != 0 ? -value : value);
	}

	/* A number as dlib::serialize packs it: mantissa and exponent, of which some stand for infinity and
	 * NaN. */
	float take_float()
	{
		int64_t mantissa = take_int(), exponent = take_int();

		if (exponent < -LARGEST_EXPONENT || exponent > LARGEST_EXPONENT) {
			return NAN;
		}
		return static_cast<float>(
			static_cast<double>(mantissa) * powers[exponent + LARGEST_EXPONENT]);
	}

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
	static constexpr int LARGEST_EXPONENT = 256;
	FILE *file;
	char bytes[1 << 16];
	double powers[2 * LARGEST_EXPONENT + 1]; /* of 2 */
};

/* dlib writes a matrix as its sides, negated since its version 17.33, and its values row by row. */
void read_leaf(model_file &file, float *leaf)
{
	int64_t rows = file.take_int(), columns = file.take_int();

	refuse_unless((rows == 2 * EF_LANDMARKS || rows == -2 * EF_LANDMARKS) &&
			      (columns == 1 || columns == -1),
		"a leaf does not have 68 landmarks");
	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		leaf[i] = file.take_float();
	}
}

stored_tree read_tree(model_file &file, std::istream &in)
{
	stored_tree tree;
	int64_t count;

	dlib::deserialize(tree.splits, in);
	count = file.take_int();
	refuse_unless(count >= 1 && static_cast<uint64_t>(count) == tree.splits.size() + 1,
		"its trees have different depths");
	tree.count = static_cast<size_t>(count);
	tree.leaves.resize(tree.count * 2 * EF_LANDMARKS);
	for (size_t i = 0; i < tree.count; i++) {
		read_leaf(file, &tree.leaves[i * 2 * EF_LANDMARKS]);
	}
	return tree;
}

/* Grows as trees are read: the file's counts are not believed. */
void read_forests(
	model_file &file, std::istream &in, std::vector<std::vector<stored_tree>> &forests)
{
	for (int64_t stages = file.take_int(); stages > 0; stages--) {
		forests.emplace_back();
		for (int64_t trees = file.take_int(); trees > 0; trees--) {
			forests.back().push_back(read_tree(file, in));
		}
	}
}

stored_model read_model(model_file &file)
{
	std::istream in(&file);
	stored_model model;
	int version = 0;

	try {
		dlib::deserialize(version, in);
		if (version == FORMAT_VERSION) {
			dlib::deserialize(model.mean, in);
			read_forests(file, in, model.forests);
			dlib::deserialize(model.anchors, in);
			dlib::deserialize(model.deltas, in);
		}
	} catch (const dlib::serialization_error &) {
		/* dlib's own message names C++ types. */
		throw dlib::error(BROKEN);
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
		refuse_unless(tree.count == leaves, "its trees have different depths");
		for (const auto &split : tree.splits) {
			refuse_unless(split.idx1 < features && split.idx2 < features,
				"a tree refers to a feature that does not exist");
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
	leaves = model.forests[0][0].count;
	refuse_unless(trees <= EF_TREES_MAX && model.deltas[0].size() <= EF_FEATURES_MAX &&
			      leaves >= 2 && leaves <= 65536 && (leaves & (leaves - 1)) == 0,
		"its numbers of trees, features or leaves are not supported");
	for (size_t stage = 0; stage < model.forests.size(); stage++) {
		check_stage(model, stage, trees, leaves);
	}
}

/* NaN when one is. */
float largest_step(const std::vector<stored_tree> &forest)
{
	float largest = 0;

	for (const auto &tree : forest) {
		for (float value : tree.leaves) {
			if (std::isnan(value)) {
				return value;
			}
			largest = std::max(largest, std::abs(value));
		}
	}
	return largest;
}

/* Pixels differ by whole numbers from -255 to 255: they exceed a threshold where they exceed the whole
 * number below it, and nothing exceeds what is not a number. */
int32_t whole(float threshold)
{
	return threshold < 255 ? static_cast<int32_t>(std::floor(std::max(threshold, -256.0f)))
			       : 255;
}

void copy_tree(const stored_tree &tree, float unit, ef_split_t *splits, int16_t *steps)
{
	for (size_t i = 0; i < tree.splits.size(); i++) {
		splits[i].a = static_cast<uint16_t>(tree.splits[i].idx1);
		splits[i].b = static_cast<uint16_t>(tree.splits[i].idx2);
		splits[i].threshold = whole(tree.splits[i].thresh);
	}
	for (size_t leaf = 0; leaf < tree.count; leaf++) {
		for (size_t i = 0; i < 2 * EF_LANDMARKS; i++) {
			float value = tree.leaves[leaf * 2 * EF_LANDMARKS + i];

			steps[i] = static_cast<int16_t>(std::lround(value / unit));
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
		static_cast<int>(model.forests[0][0].count));

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
		stored_model model = read_model(file);
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
