/* training-landmarks: trains a landmark model, a dlib shape predictor, from annotated pictures. */
#include <dlib/image_processing/shape_predictor_trainer.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "training/landmarks/annotations.h"
#include "training/landmarks/compact.h"

extern "C" {
#include "proto/stage/options.h"
}

namespace
{
struct settings {
	const char *xml = nullptr, *output = "landmarks.dat";
	int stages = 10, trees = 90, depth = 4, features = 400, splits = 20, oversampling = 6,
	    threads = 1;
	double nu = 0.1, jitter = 0, padding = 0;
};

dlib::shape_predictor train(const settings &chosen, const effigy::annotations &all)
{
	dlib::shape_predictor_trainer trainer;

	trainer.set_cascade_depth(chosen.stages);
	trainer.set_num_trees_per_cascade_level(chosen.trees);
	trainer.set_tree_depth(chosen.depth);
	trainer.set_feature_pool_size(chosen.features);
	trainer.set_num_test_splits(chosen.splits);
	trainer.set_oversampling_amount(chosen.oversampling);
	trainer.set_oversampling_translation_jitter(chosen.jitter);
	trainer.set_feature_pool_region_padding(chosen.padding);
	trainer.set_nu(chosen.nu);
	trainer.set_num_threads(chosen.threads);
	return trainer.train(all.pictures, all.faces);
}

void run(const settings &chosen)
{
	effigy::annotations all = effigy::read_annotations(chosen.xml);
	std::ofstream out;

	/* Before the hours of training. */
	out.open(chosen.output, std::ios::binary);
	if (!out) {
		throw std::runtime_error(std::string("cannot write ") + chosen.output +
					 "; give another file with --output");
	}
	effigy::write_compact(train(chosen, all), out);
	out.close();
	if (!out) {
		throw std::runtime_error(
			std::string("cannot write ") + chosen.output + "; is the disk full?");
	}
}

int parse(settings *chosen, int argc, char **argv)
{
	const ef_option_t options[] = {
		{"output", EF_OPTION_TEXT, &chosen->output, "FILE", "the model to write", 0, 0,
			NULL},
		{"stages", EF_OPTION_INT, &chosen->stages, "N", "stages of the cascade", 1, 100,
			NULL},
		{"trees", EF_OPTION_INT, &chosen->trees, "N", "trees of each stage", 1, 4096, NULL},
		{"depth", EF_OPTION_INT, &chosen->depth, "N", "splits from a tree's root to a leaf",
			1, 10, NULL},
		{"features", EF_OPTION_INT, &chosen->features, "N",
			"pixels that a stage's trees compare", 2, 4096, NULL},
		{"splits", EF_OPTION_INT, &chosen->splits, "N", "splits tried at each node", 1,
			1000, NULL},
		{"oversampling", EF_OPTION_INT, &chosen->oversampling, "N",
			"starts for each face: the mean shape and N - 1 others", 1, 1000, NULL},
		{"jitter", EF_OPTION_NUMBER, &chosen->jitter, "SHARE",
			"how far starts are moved besides, in boxes", 0, 1, NULL},
		{"padding", EF_OPTION_NUMBER, &chosen->padding, "SHARE",
			"how far beyond the landmarks pixels are compared, in faces", -0.4, 2,
			NULL},
		{"nu", EF_OPTION_NUMBER, &chosen->nu, "SHARE", "how much each tree corrects", 0.001,
			1, NULL},
		{"threads", EF_OPTION_INT, &chosen->threads, "N", "threads", 1, 64, NULL},
		{0, EF_OPTION_FLAG, NULL, NULL, NULL, 0, 0, NULL},
	};
	const ef_option_t *const tables[] = {options, NULL};
	const ef_usage_t usage = {"training-landmarks",
		"Trains a landmark model, a dlib shape predictor, from annotated pictures.",
		"FACES.xml", &chosen->xml, NULL};

	return ef_options_parse(&usage, tables, argc, argv);
}
} // namespace

int main(int argc, char **argv)
{
	settings chosen;
	int status = parse(&chosen, argc, argv);

	if (status != -1) {
		return status;
	}
	if (chosen.xml == nullptr) {
		fprintf(stderr, "training-landmarks: give the XML with the annotated faces\n");
		return 2;
	}
	try {
		run(chosen);
	} catch (const std::exception &error) {
		fprintf(stderr, "training-landmarks: %s\n", error.what());
		return 1;
	}
	return 0;
}
