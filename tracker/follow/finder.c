#include "tracker/follow/finder.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/base/memory.h"
#include "tracker/dlib_model.h"
#include "tracker/follow/settle.h"

/* The detector verifies a face in a region 1.5 times its size. */
#define VERIFY_SIDE (EF_FINDER_FACE * 3 / 2)

/* Detector scores from which a face is accepted; one already followed may score lower. */
#define SURE_NEW 0.0
#define SURE_FOLLOWED (-0.35)

/* How often landmarks are searched again from a better place, at most. */
#define SETTLE_NEW 5

struct ef_finder {
	ef_cascade_t *cascade;
	ef_detector_t *detector;
	ef_plane_t region, scratch;
};

static void *make_detector(void *unused)
{
	(void)unused;
	return ef_detector_new();
}

/* dlib takes a quarter of a second to unpack its detector and half of one to read a model: both at once. */
static void make_both(ef_finder_t *finder, const char *model, char *why, size_t why_size)
{
	pthread_t thread;
	void *detector = NULL;
	int threaded = pthread_create(&thread, NULL, make_detector, NULL) == 0;

	finder->cascade = ef_dlib_model_load(model, why, why_size);
	if (threaded) {
		pthread_join(thread, &detector);
	} else {
		detector = ef_detector_new();
	}
	finder->detector = detector;
}

ef_finder_t *ef_finder_new(const char *model, char *why, size_t why_size)
{
	ef_finder_t *finder = ef_memory_new(sizeof(*finder));

	make_both(finder, model, why, why_size);
	if (finder->cascade == NULL) {
		ef_finder_destroy(&finder);
	} else if (finder->detector == NULL) {
		snprintf(why, why_size, "out of memory");
		ef_finder_destroy(&finder);
	}
	return finder;
}

void ef_finder_destroy(ef_finder_t **finder_p)
{
	ef_finder_t *finder = *finder_p;

	if (finder != NULL) {
		ef_cascade_destroy(&finder->cascade);
		ef_detector_destroy(&finder->detector);
		ef_plane_finish(&finder->region);
		ef_plane_finish(&finder->scratch);
		free(finder);
		*finder_p = NULL;
	}
}

ef_place_t ef_place_of_box(const float box[4])
{
	return (ef_place_t){
		box[0] + (box[2] - 1) / 2, box[1] + (box[3] - 1) / 2, (box[2] + box[3]) / 2, 0};
}

void ef_box_of_place(const ef_place_t *place, float box[4])
{
	box[0] = place->x - (place->size - 1) / 2;
	box[1] = place->y - (place->size - 1) / 2;
	box[2] = box[3] = place->size;
}

int ef_finder_detect(ef_finder_t *finder, const ef_luma_t *luma, const ef_roi_t *roi, int width,
	ef_found_t *found)
{
	int count;

	if (ef_roi_scale(&finder->region, luma, roi, width) == -1) {
		return 0;
	}
	count = ef_detector_find(
		finder->detector, &finder->region.luma, SURE_NEW, found, EF_FACES_MAX);
	for (int i = 0; i < count; i++) {
		ef_roi_back(roi, width, found[i].box);
	}
	return count < 0 ? 0 : count;
}

int ef_finder_verify(
	ef_finder_t *finder, const ef_luma_t *luma, const ef_place_t *place, float *score)
{
	ef_found_t found;

	if (ef_roi_upright(&finder->region, &finder->scratch, luma, place, EF_FINDER_FACE,
		    VERIFY_SIDE) == -1 ||
		ef_detector_find(finder->detector, &finder->region.luma, SURE_FOLLOWED, &found, 1) <
			1) {
		return 0;
	}
	*score = found.score;
	return 1;
}

float ef_finder_settle(ef_finder_t *finder, const ef_luma_t *luma, ef_place_t *place,
	float pts[2 * EF_LANDMARKS], int times)
{
	return ef_settle(finder->cascade, luma, place, pts, times);
}

int ef_finder_examine(ef_finder_t *finder, const ef_luma_t *luma, const float box[4],
	ef_place_t *place, float pts[2 * EF_LANDMARKS])
{
	*place = ef_place_of_box(box);
	/* NaN, which an unusual model may give, is refused, too. */
	return ef_finder_settle(finder, luma, place, pts, SETTLE_NEW) < EF_RESIDUAL_MAX;
}
