#include "tracker/track.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"
#include "tracker/follow/choice.h"
#include "tracker/follow/finder.h"
#include "tracker/follow/likeness.h"
#include "tracker/follow/person.h"
#include "tracker/roi.h"

/* Frames are scaled to this width to search them: the detector finds faces from 80 pixels, which
 * is an eighth of it, in 20 ms. */
#define SEARCH_WIDTH 640

/* Capture times come from the wire; limited to +-36 years, their differences cannot overflow. */
#define TIME_MAX ((int64_t)1 << 60)

/* How often the detector confirms the face, when nothing looks wrong. */
#define VERIFY_NS 200000000

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

/* How often the landmarks of a face that is followed are searched again, at most. */
#define SETTLE_FOLLOWED 2

/* For so long after the followed person was lost, nobody else is followed: hands and people that
 * pass before a face are gone sooner. */
#define PATIENCE_NS 2500000000

/* How often the whole frame is searched for others while somebody is followed, at a scale that shows
 * faces as large as hers: who hides her face is nearer to the webcam. That takes 5 to 20 ms. */
#define WATCH_NS 1000000000

/* Somebody else within so many sizes of the face may pass before it during the time until she is
 * forgotten. Meanwhile the frame is searched this often while the face looks unlike hers. */
#define RIVAL_NEAR 3
#define RIVAL_NS 2000000000
#define RIVAL_WATCH_NS 100000000

/* A face that overlaps the one followed by more is that one. */
#define SAME_PLACE 0.3f

/* Correlation of the frame with the previous one below which the scene is another. */
#define SCENE_SAME 0.3f

#define WHO_MAX 65535 /* what the wire allows is one more */

struct ef_track {
	ef_finder_t *finder;
	int64_t search_ns;

	int following;
	int who; /* as in ef_face_t: counts */
	int w, h; /* of the last frame */
	int64_t t; /* of the last frame */
	int64_t searched; /* when the whole frame was last searched */
	int seen; /* number of faces in it */
	int64_t verified; /* when the detector last found the face followed */
	float score; /* its score then */
	int doubted; /* the detector has not found it since */
	ef_place_t place; /* of the face, in the last frame */
	ef_likeness_t likeness; /* of the face, in the last frame */
	ef_likeness_t scene; /* the last frame */
	ef_person_t person; /* who is followed, or was lost a moment ago */
	ef_person_t others; /* all who were seen near her */
	int64_t followed; /* when she was last followed */
	int64_t watched; /* when others were last looked for */
	int64_t rival; /* when somebody else was last seen near her */
	int apart; /* rival and face were both seen then */
	int cut; /* the scene has changed since she was last followed */
	int to_verify, to_watch; /* in ef_track_check (): the face, who else is there */
	float pts[2 * EF_LANDMARKS];
};

ef_track_t *ef_track_new(const char *model, int64_t search_ns, char *why, size_t why_size)
{
	ef_track_t *track = ef_memory_new(sizeof(*track));

	track->search_ns = search_ns;
	track->finder = ef_finder_new(model, why, why_size);
	if (track->finder == NULL) {
		ef_track_destroy(&track);
	}
	return track;
}

void ef_track_destroy(ef_track_t **track_p)
{
	ef_track_t *track = *track_p;

	if (track != NULL) {
		ef_finder_destroy(&track->finder);
		free(track);
		*track_p = NULL;
	}
}

typedef enum {
	ANOTHERS, /* surely, or more like the others */
	UNSURE,
	HERS,
} whose_t;

/* A face in the frame that may be followed. */
typedef struct {
	ef_place_t place;
	ef_likeness_t look;
	float pts[2 * EF_LANDMARKS];
	float score;
	float mine; /* correlation with the person followed */
	whose_t whose;
} candidate_t;

/* Compares a face with the person followed and the others. *mine: as in candidate_t. */
static whose_t compare(const ef_track_t *track, const ef_likeness_t *look, float *mine)
{
	*mine = ef_person_compare(&track->person, look);
	if (*mine < EF_PERSON_OTHER || *mine < ef_person_compare(&track->others, look)) {
		return ANOTHERS;
	}
	return *mine < EF_PERSON_SAME ? UNSURE : HERS;
}

/* Finds the landmarks of a detected face. Returns 0 when it is no face. */
static int examine(
	ef_track_t *track, const ef_luma_t *luma, const ef_found_t *found, candidate_t *face)
{
	face->score = found->score;
	if (!ef_finder_examine(track->finder, luma, found->box, &face->place, face->pts)) {
		return 0;
	}
	ef_likeness_take(&face->look, luma, &face->place);
	face->whose = compare(track, &face->look, &face->mine);
	return 1;
}

static void accept(ef_track_t *track, const candidate_t *face)
{
	track->place = face->place;
	track->likeness = face->look;
	track->score = face->score;
	memcpy(track->pts, face->pts, sizeof(track->pts));
	track->verified = track->followed = track->t;
	track->doubted = 0;
	track->following = 1;
	track->cut = 0;
	ef_person_learn(&track->person, &face->look);
}

static void forget_people(ef_track_t *track)
{
	ef_person_forget(&track->person);
	ef_person_forget(&track->others);
	track->rival = track->t - 2 * TIME_MAX;
}

/* Somebody else is followed from now on. */
static void change_person(ef_track_t *track)
{
	track->who = track->who % WHO_MAX + 1;
}

/* True while the person who was followed is expected to come back. */
static int is_waiting(const ef_track_t *track)
{
	return track->person.count > 0 && track->t - track->followed < PATIENCE_NS;
}

/* True when somebody else was near the person followed a moment ago. */
static int has_rival(const ef_track_t *track)
{
	return track->t - track->rival < RIVAL_NS;
}

/* Looks for the person who was followed among the faces found. Somebody of whom that is not sure is
 * taken for her only when nobody else was seen. Returns 0 when she is not there. */
static int recognise(ef_track_t *track, const ef_luma_t *luma, const ef_found_t *found, int count,
	candidate_t *best)
{
	candidate_t face;
	int faces = 0;

	*best = (candidate_t){.mine = -1, .whose = ANOTHERS};
	for (int i = 0; i < count; i++) {
		if (!examine(track, luma, &found[i], &face)) {
			continue;
		}
		faces++;
		if (face.whose == ANOTHERS) {
			track->rival = track->t;
			ef_person_learn(&track->others, &face.look);
		}
		if (face.whose > best->whose ||
			(face.whose == best->whose && face.mine > best->mine)) {
			*best = face;
		}
	}
	return best->whose == HERS || (best->whose == UNSURE && faces == 1 && !has_rival(track));
}

/* Searches a region, scaled to width, for the person followed, or when she is gone for the main
 * face. Returns the number of faces found; the search has succeeded when track->following is set. */
static int search_in(ef_track_t *track, const ef_luma_t *luma, const ef_roi_t *roi, int width)
{
	ef_found_t found[EF_FACES_MAX];
	candidate_t face;
	int count = ef_finder_detect(track->finder, luma, roi, width, found);
	int waiting = is_waiting(track), main;

	if (waiting && recognise(track, luma, found, count, &face)) {
		accept(track, &face);
	} else if (!waiting || track->cut) {
		main = ef_choose_face(found, count, luma->w, luma->h);
		if (main != -1 && examine(track, luma, &found[main], &face)) {
			if (track->person.count > 0 && face.mine < EF_PERSON_OTHER) {
				change_person(track);
			}
			forget_people(track);
			accept(track, &face);
		}
	}
	return count;
}

/* Large faces first: at half the width a search takes a quarter of the time. */
static void search_frame(ef_track_t *track, const ef_luma_t *luma)
{
	ef_roi_t whole = {0, 0, luma->w, luma->h};
	int seen;

	track->searched = track->t;
	seen = search_in(track, luma, &whole, SEARCH_WIDTH / 2);
	if (!track->following) {
		seen = search_in(track, luma, &whole, SEARCH_WIDTH);
	}
	if (track->following) {
		track->seen = seen;
	}
}

/* A face lost a moment ago is often still near: it moved fast, or a hand passed before it. */
static void search_near(ef_track_t *track, const ef_luma_t *luma)
{
	const ef_place_t *last = &track->place;
	ef_roi_t roi;

	if (ef_roi_around(last->x, last->y, NEAR_SIDE * last->size, luma->w, luma->h, &roi) == 0) {
		search_in(
			track, luma, &roi, (int)ceilf((float)roi.w * EF_FINDER_FACE / last->size));
	}
}

static int is_at(const ef_found_t *found, const ef_place_t *place)
{
	float box[4];

	ef_box_of_place(place, box);
	return ef_box_overlap(found->box, box) > SAME_PLACE;
}

static int is_near(const ef_found_t *found, const ef_place_t *place)
{
	ef_place_t other = ef_place_of_box(found->box);

	return hypotf(other.x - place->x, other.y - place->y) < RIVAL_NEAR * place->size;
}

/* Looks who else is there, and remembers how they look. Sets track->apart when somebody near the
 * face followed is found as well as that one. Returns 1 with *other when the person followed is found
 * elsewhere; whose: the face followed. */
static int watch(ef_track_t *track, const ef_luma_t *luma, whose_t whose, candidate_t *other)
{
	const ef_place_t *place = &track->place;
	ef_roi_t whole = {0, 0, luma->w, luma->h};
	ef_found_t found[EF_FACES_MAX];
	int width = (int)fminf(ceilf((float)luma->w * EF_FINDER_FACE / place->size), SEARCH_WIDTH);
	int count = ef_finder_detect(track->finder, luma, &whole, width, found), here = 0,
	    rivals = 0;

	track->watched = track->t;
	for (int i = 0; i < count; i++) {
		if (is_at(&found[i], place)) {
			here = 1;
		} else if (is_near(&found[i], place) && examine(track, luma, &found[i], other)) {
			if (whose != HERS && other->whose == HERS) {
				return 1;
			}
			rivals++;
			ef_person_learn(&track->others, &other->look);
		}
	}
	track->seen = count + !here;
	track->apart = here && rivals > 0;
	if (rivals > 0) {
		track->rival = track->t;
	}
	return 0;
}

static int sane(const ef_place_t *now, const ef_place_t *before, const ef_luma_t *luma)
{
	float moved = hypotf(now->x - before->x, now->y - before->y) / before->size;
	float grown = now->size / before->size;

	return moved < 0.5f && grown > 0.7f && grown < 1.4f && now->x > 0 && now->y > 0 &&
	       now->x < (float)luma->w && now->y < (float)luma->h;
}

/* Checks whether the face at place, where the one followed was, is still a face. alike: its
 * correlation with the previous frame, 0 for what is no face. Returns 0 when it is gone. */
static int confirm(
	ef_track_t *track, const ef_luma_t *luma, const ef_place_t *place, int good, float alike)
{
	int64_t since = track->t - track->verified;

	if (good && alike >= LIKE_SAME && !track->doubted) {
		track->to_verify = since >= VERIFY_NS;
		return 1;
	}
	if (good && ef_finder_verify(track->finder, luma, place, &track->score)) {
		track->verified = track->t;
		track->doubted = 0;
		return 1;
	}
	track->doubted = 1;
	return good && alike >= LIKE_OTHER && since < VERIFY_NS + DOUBT_NS;
}

/* Remembers how the person followed looks, when that is surely she. */
static void remember(ef_track_t *track)
{
	if (track->verified == track->t && (!has_rival(track) || track->apart)) {
		ef_person_learn(&track->person, &track->likeness);
	}
}

/* Checks whether the face followed is that of the person followed, and remembers how she looks.
 * Returns 0 when it is another's, who has come before it. */
static int identify(ef_track_t *track, float alike)
{
	float mine;
	whose_t whose = compare(track, &track->likeness, &mine);
	int64_t pause = has_rival(track) && whose != HERS ? RIVAL_WATCH_NS : WATCH_NS;

	track->to_watch = track->t - track->watched >= pause;
	if (mine < EF_PERSON_OTHER && alike < LIKE_SAME) {
		track->rival = track->t;
		return 0;
	}
	if (has_rival(track) && !track->apart && (whose == ANOTHERS || mine < EF_PERSON_DOUBT)) {
		return 0;
	}
	remember(track);
	return 1;
}

/* Follows the face from its last place. Returns 0 when it is gone. */
static int follow(ef_track_t *track, const ef_luma_t *luma)
{
	ef_place_t place = track->place;
	float residual = ef_finder_settle(track->finder, luma, &place, track->pts, SETTLE_FOLLOWED);
	int good = residual < EF_RESIDUAL_MAX && sane(&place, &track->place, luma);
	ef_likeness_t look;
	float alike = 0;

	if (good) {
		ef_likeness_take(&look, luma, &place);
		alike = ef_likeness_correlation(&track->likeness, &look);
	}
	if (!confirm(track, luma, &place, good, alike)) {
		return 0;
	}
	track->place = place;
	track->likeness = look;
	if (!identify(track, alike)) {
		return 0;
	}
	track->followed = track->t;
	track->cut = 0;
	return 1;
}

/* Forgets everything: the source has changed or started again. */
static void forget(ef_track_t *track, int64_t t)
{
	track->following = 0;
	track->seen = 0;
	track->verified = track->followed = t - 2 * TIME_MAX;
	track->searched = t - track->search_ns;
	track->watched = t;
	forget_people(track);
}

/* Notices a cut to another scene. Nobody is waited for there, since she may never come. */
static void notice_cut(ef_track_t *track, const ef_luma_t *luma)
{
	const ef_place_t whole = {(float)luma->w / 2, (float)luma->h / 2,
		(float)(luma->w > luma->h ? luma->w : luma->h), 0};
	ef_likeness_t scene;

	ef_likeness_take(&scene, luma, &whole);
	track->cut |= ef_likeness_correlation(&track->scene, &scene) < SCENE_SAME;
	track->scene = scene;
}

static void report(const ef_track_t *track, ef_face_t *face)
{
	*face = (ef_face_t){.w = track->w, .h = track->h, .state = EF_LOST};
	if (track->following) {
		face->state = EF_TRACKED;
		face->n = track->seen;
		face->who = track->who;
		face->score = track->score;
		ef_box_of_place(&track->place, face->box);
		memcpy(face->pts, track->pts, sizeof(face->pts));
	}
}

void ef_track_step(ef_track_t *track, const ef_luma_t *luma, int64_t t, ef_face_t *face)
{
	track->to_verify = track->to_watch = 0;
	t = t > TIME_MAX ? TIME_MAX : t < -TIME_MAX ? -TIME_MAX : t;
	if (luma->w != track->w || luma->h != track->h || t < track->t) {
		forget(track, t);
	}
	track->w = luma->w;
	track->h = luma->h;
	track->t = t;
	notice_cut(track, luma);
	track->following = track->following && follow(track, luma);
	if (!track->following && t - track->verified < NEAR_NS) {
		search_near(track, luma);
	}
	if (!track->following && t - track->searched >= track->search_ns) {
		search_frame(track, luma);
	}
	report(track, face);
}

/* Confirms the face followed, which the next step doubts when the detector does not find it. */
static void verify(ef_track_t *track, const ef_luma_t *luma)
{
	track->doubted = !ef_finder_verify(track->finder, luma, &track->place, &track->score);
	if (!track->doubted) {
		track->verified = track->t;
		remember(track);
	}
}

void ef_track_check(ef_track_t *track, const ef_luma_t *luma)
{
	candidate_t other;
	float mine;

	if (track->following && track->to_verify) {
		verify(track, luma);
	}
	if (track->following && track->to_watch &&
		watch(track, luma, compare(track, &track->likeness, &mine), &other)) {
		accept(track, &other);
	}
}

/* Leaves out the face that is followed, and sets from to its box. Returns the number of the others. */
static int drop_followed(const ef_track_t *track, ef_found_t *found, int count, float from[4])
{
	int others = 0;

	ef_box_of_place(&track->place, from);
	for (int i = 0; i < count; i++) {
		if (track->following && is_at(&found[i], &track->place)) {
			memcpy(from, found[i].box, sizeof(found[i].box));
		} else {
			found[others++] = found[i];
		}
	}
	return others;
}

int ef_track_next(ef_track_t *track, const ef_luma_t *luma, ef_face_t *face)
{
	const ef_roi_t whole = {0, 0, luma->w, luma->h};
	ef_found_t found[EF_FACES_MAX];
	float from[4];
	candidate_t next;
	int following = track->following, count, i;

	count = ef_finder_detect(track->finder, luma, &whole, SEARCH_WIDTH, found);
	count = drop_followed(track, found, count, from);
	for (int left = count; left > 0; found[i] = found[--left]) {
		i = ef_choose_next(found, left, track->person.count > 0 ? from : NULL);
		if (examine(track, luma, &found[i], &next)) {
			change_person(track);
			forget_people(track);
			accept(track, &next);
			track->seen = count + following;
			report(track, face);
			return track->seen;
		}
	}
	return following;
}
