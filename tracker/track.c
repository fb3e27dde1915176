#include "tracker/track.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"
#include "tracker/cascade.h"
#include "tracker/choice.h"
#include "tracker/dlib_detector.h"
#include "tracker/dlib_model.h"
#include "tracker/likeness.h"
#include "tracker/roi.h"

#define FACES_MAX 32

/* Frames are scaled to this width to search them: the detector finds faces from 80 pixels, which
 * is an eighth of it, in 20 ms. */
#define SEARCH_WIDTH 640

/* Capture times come from the wire; limited to +-36 years, their differences cannot overflow. */
#define TIME_MAX ((int64_t)1 << 60)

/* The detector looks at a region 1.5 times the face, scaled so that the face is 84 pixels wide:
 * measured on real people, at that size it takes 1 ms and scores highest (it steps through face
 * sizes of 73, 88, 106). */
#define VERIFY_FACE 84
#define VERIFY_SIDE 126
#define VERIFY_NS 200000000 /* how often, when nothing looks wrong */

/* Detector scores from which a face is accepted; one already followed may score lower. */
#define SURE_NEW 0.0
#define SURE_FOLLOWED (-0.35)

/* A face that the detector no longer finds is given up after this time, since a blur or a turn of
 * the head is often over sooner; at once when the image has changed as well. */
#define DOUBT_NS 150000000

/* For this long after it was last detected, a lost face is searched in each frame in a region of
 * this many times its size, which takes 3 ms, besides the searches of the whole frame. */
#define NEAR_NS 1000000000
#define NEAR_SIDE 2.5f

/* Correlation of the face with that of the previous frame, -1..1: surely the same, surely
 * another. */
#define LIKE_SAME 0.75f
#define LIKE_OTHER 0.35f

/* Largest root mean square distance of the landmarks from the mean shape, in sizes of the face. */
#define RESIDUAL_MAX 0.11f

/* Landmarks are averaged over STARTS starts that are SPREAD apart, and found again from a better
 * start when the face has moved by MOVED; both in sizes of the face. */
#define STARTS 3
#define SPREAD 0.03f
#define MOVED 0.02f
#define SETTLE_NEW 5 /* times at most */
#define SETTLE_FOLLOWED 2

struct ef_track {
	ef_cascade_t *cascade;
	ef_detector_t *detector;
	int64_t search_ns;

	int following;
	int w, h; /* of the last frame */
	int64_t t; /* of the last frame */
	int64_t searched; /* when the whole frame was last searched */
	int seen; /* number of faces in it */
	int64_t verified; /* when the detector last found the face followed */
	float score; /* its score then */
	int doubted; /* the detector has not found it since */
	ef_place_t place; /* of the face, in the last frame */
	ef_likeness_t likeness; /* of the face, in the last frame */
	float pts[2 * EF_LANDMARKS];
	ef_plane_t region, scratch;
};

ef_track_t *ef_track_new(const char *model, int64_t search_ns, char *why, size_t why_size)
{
	ef_track_t *track = ef_memory_new(sizeof(*track));

	track->search_ns = search_ns;
	track->detector = ef_detector_new();
	if (track->detector == NULL) {
		snprintf(why, why_size, "out of memory");
		ef_track_destroy(&track);
		return NULL;
	}
	track->cascade = ef_dlib_model_load(model, why, why_size);
	if (track->cascade == NULL) {
		ef_track_destroy(&track);
	}
	return track;
}

void ef_track_destroy(ef_track_t **track_p)
{
	ef_track_t *track = *track_p;

	if (track != NULL) {
		ef_cascade_destroy(&track->cascade);
		ef_detector_destroy(&track->detector);
		ef_plane_finish(&track->region);
		ef_plane_finish(&track->scratch);
		free(track);
		*track_p = NULL;
	}
}

static ef_place_t place_of_box(const float box[4])
{
	return (ef_place_t){
		box[0] + (box[2] - 1) / 2, box[1] + (box[3] - 1) / 2, (box[2] + box[3]) / 2, 0};
}

static void box_of_place(const ef_place_t *place, float box[4])
{
	box[0] = place->x - (place->size - 1) / 2;
	box[1] = place->y - (place->size - 1) / 2;
	box[2] = box[3] = place->size;
}

/* Finds the landmarks of the face near *place, and sets *place to where the search would have
 * started best. Averaging three slightly different starts halves the error that comes from the
 * start, and with it the jitter. Returns the residual. */
static float look(ef_track_t *track, const ef_luma_t *luma, ef_place_t *place)
{
	float pts[2 * EF_LANDMARKS], residual;

	memset(track->pts, 0, sizeof(track->pts));
	for (int i = 0; i < STARTS; i++) {
		float angle = (float)i * 2 * (float)M_PI / STARTS;
		ef_place_t start = *place;

		start.x += SPREAD * place->size * cosf(angle);
		start.y += SPREAD * place->size * sinf(angle);
		start.size *= 1 + SPREAD * (float)(i - 1);
		ef_cascade_landmarks(track->cascade, luma, &start, pts);
		for (int j = 0; j < 2 * EF_LANDMARKS; j++) {
			track->pts[j] += pts[j] / STARTS;
		}
	}
	ef_cascade_fit(track->cascade, track->pts, place, &residual);
	return residual;
}

/* True when the face has moved so far that a second search from there gives better landmarks. */
static int has_moved(const ef_place_t *from, const ef_place_t *to)
{
	return hypotf(to->x - from->x, to->y - from->y) > MOVED * from->size ||
	       fabsf(to->size - from->size) > MOVED * from->size ||
	       fabsf(to->roll - from->roll) > MOVED;
}

/* Repeats look until the place no longer moves, at most so many times. Returns the residual. */
static float settle(ef_track_t *track, const ef_luma_t *luma, ef_place_t *place, int times)
{
	float residual = 0;
	int moved = 1;

	for (int i = 0; i < times && moved; i++) {
		ef_place_t before = *place;

		residual = look(track, luma, place);
		moved = has_moved(&before, place);
	}
	return residual;
}

/* Runs the detector around place. Returns 1 when it finds a face there, and sets its score; else
 * 0. */
static int verify(ef_track_t *track, const ef_luma_t *luma, const ef_place_t *place)
{
	ef_found_t found;

	if (ef_roi_upright(
		    &track->region, &track->scratch, luma, place, VERIFY_FACE, VERIFY_SIDE) == -1 ||
		ef_detector_find(track->detector, &track->region.luma, SURE_FOLLOWED, &found, 1) <
			1) {
		return 0;
	}
	track->score = found.score;
	return 1;
}

static void accept(ef_track_t *track, const ef_luma_t *luma, const ef_place_t *place, int64_t t)
{
	track->place = *place;
	track->verified = t;
	track->doubted = 0;
	track->following = 1;
	ef_likeness_take(&track->likeness, luma, place);
}

/* Searches a region, scaled to width. Returns the number of faces in it when the main one was
 * accepted, else 0. */
static int search_in(
	ef_track_t *track, const ef_luma_t *luma, const ef_roi_t *roi, int width, int64_t t)
{
	ef_found_t found[FACES_MAX];
	float last[4];
	ef_place_t place;
	int count, main;

	if (ef_roi_scale(&track->region, luma, roi, width) == -1) {
		return 0;
	}
	count = ef_detector_find(track->detector, &track->region.luma, SURE_NEW, found, FACES_MAX);
	for (int i = 0; i < count; i++) {
		ef_roi_back(roi, width, found[i].box);
	}
	box_of_place(&track->place, last);
	main = ef_choose_face(found, count, track->seen > 0 ? last : NULL, luma->w, luma->h);
	if (main == -1) {
		return 0;
	}
	place = place_of_box(found[main].box);
	/* The negation also refuses NaN, which an unusual model may give. */
	if (!(settle(track, luma, &place, SETTLE_NEW) < RESIDUAL_MAX)) {
		return 0;
	}
	track->score = found[main].score;
	accept(track, luma, &place, t);
	return count;
}

/* Large faces first: at half the width a search takes a quarter of the time. */
static void search_frame(ef_track_t *track, const ef_luma_t *luma, int64_t t)
{
	ef_roi_t whole = {0, 0, luma->w, luma->h};
	int seen;

	track->searched = t;
	seen = search_in(track, luma, &whole, SEARCH_WIDTH / 2, t);
	if (seen == 0) {
		seen = search_in(track, luma, &whole, SEARCH_WIDTH, t);
	}
	if (seen > 0) {
		track->seen = seen;
	}
}

/* A face lost a moment ago is often still near: it moved fast, or a hand passed before it. */
static void search_near(ef_track_t *track, const ef_luma_t *luma, int64_t t)
{
	const ef_place_t *last = &track->place;
	ef_roi_t roi;

	if (ef_roi_around(last->x, last->y, NEAR_SIDE * last->size, luma->w, luma->h, &roi) == 0) {
		search_in(
			track, luma, &roi, (int)ceilf((float)roi.w * VERIFY_FACE / last->size), t);
	}
}

static int sane(const ef_place_t *now, const ef_place_t *before, const ef_luma_t *luma)
{
	float moved = hypotf(now->x - before->x, now->y - before->y) / before->size;
	float grown = now->size / before->size;

	return moved < 0.5f && grown > 0.7f && grown < 1.4f && now->x > 0 && now->y > 0 &&
	       now->x < (float)luma->w && now->y < (float)luma->h;
}

/* Follows the face from its last place. Returns 0 when it is gone. */
static int follow(ef_track_t *track, const ef_luma_t *luma, int64_t t)
{
	ef_place_t place = track->place;
	float residual = settle(track, luma, &place, SETTLE_FOLLOWED), alike;
	int good = residual < RESIDUAL_MAX && sane(&place, &track->place, luma);

	alike = good ? ef_likeness_compare(&track->likeness, luma, &place) : 0;
	if (!good || alike < LIKE_SAME || track->doubted || t - track->verified >= VERIFY_NS) {
		if (good && verify(track, luma, &place)) {
			track->verified = t;
			track->doubted = 0;
		} else if (!good || alike < LIKE_OTHER ||
			   t - track->verified >= VERIFY_NS + DOUBT_NS) {
			return 0;
		} else {
			track->doubted = 1;
		}
	}
	track->place = place;
	ef_likeness_take(&track->likeness, luma, &place);
	return 1;
}

/* Forgets everything: the source has changed or started again. */
static void forget(ef_track_t *track, int64_t t)
{
	track->following = 0;
	track->seen = 0;
	track->verified = t - 2 * TIME_MAX;
	track->searched = t - track->search_ns;
}

void ef_track_step(ef_track_t *track, const ef_luma_t *luma, int64_t t, ef_face_t *face)
{
	t = t > TIME_MAX ? TIME_MAX : t < -TIME_MAX ? -TIME_MAX : t;
	if (luma->w != track->w || luma->h != track->h || t < track->t) {
		forget(track, t);
	}
	track->w = luma->w;
	track->h = luma->h;
	track->t = t;
	track->following = track->following && follow(track, luma, t);
	if (!track->following && t - track->verified < NEAR_NS) {
		search_near(track, luma, t);
	}
	if (!track->following && t - track->searched >= track->search_ns) {
		search_frame(track, luma, t);
	}
	*face = (ef_face_t){.w = luma->w, .h = luma->h, .state = EF_LOST};
	if (track->following) {
		face->state = EF_TRACKED;
		face->n = track->seen;
		face->score = track->score;
		box_of_place(&track->place, face->box);
		memcpy(face->pts, track->pts, sizeof(face->pts));
	}
}
