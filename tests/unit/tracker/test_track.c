#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/tracker/grey_jpeg.h"
#include "tracker/track.h"

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"
#define PHOTO "faces68/2008_001322.jpg"
#define FRAME_NS 33333333

/* A photo of people, not in the repository: in ../shared/clips or $EFFIGY_CLIPS. */
static uint8_t *photo;
static int w, h;

static int load_photo(void **state)
{
	const char *folder = getenv("EFFIGY_CLIPS");
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder : "../shared/clips", PHOTO);
	photo = grey_jpeg_read(path, &w, &h);
	if (photo == NULL) {
		print_message("SKIPPED: no %s; set EFFIGY_CLIPS\n", path);
		/* Where the clips' folder exists, CI must not skip this. */
		*strrchr(path, '/') = '\0';
		return getenv("CI") != NULL && access(path, F_OK) == 0 ? -1 : 0;
	}
	return 0;
}

static int free_photo(void **state)
{
	(void)state;
	free(photo);
	return 0;
}

static ef_track_t *start(int64_t search_ns)
{
	char why[256];
	ef_track_t *track;

	if (photo == NULL || unit_lacks(MODEL)) {
		skip();
	}
	track = ef_track_new(MODEL, search_ns, why, sizeof(why));
	if (track == NULL) {
		fail_msg("%s", why);
	}
	return track;
}

static void missing_model_is_refused(void **state)
{
	char why[256] = "";

	(void)state;
	assert_null(ef_track_new("/nowhere/model.dat", 0, why, sizeof(why)));
	assert_non_null(strstr(why, "cannot be opened"));
}

/* The image moves, and the landmarks move with it. */
static void follows_a_moving_face(void **state)
{
	ef_track_t *track = start(0);
	ef_face_t first = {0}, face;
	int cut = w / 4;

	(void)state;
	for (int i = 0; i < 20; i++) {
		const ef_luma_t luma = {photo + i, w, w - cut, h};

		ef_track_step(track, &luma, i * (int64_t)FRAME_NS, &face);
		ef_track_check(track, &luma);
		assert_int_equal(face.state, EF_TRACKED);
		assert_true(face.n >= 1);
		if (i == 0) {
			first = face;
		}
		assert_true(fabsf(face.pts[60] + (float)i - first.pts[60]) < 0.05f * face.box[2]);
		assert_true(fabsf(face.pts[61] - first.pts[61]) < 0.05f * face.box[2]);
	}
	ef_track_destroy(&track);
	assert_null(track);
}

/* After a cut to a scene without a face, the first frame is already lost. */
static void loses_face_at_a_cut(void **state)
{
	ef_track_t *track = start(0);
	const ef_luma_t luma = {photo, w, w, h};
	uint8_t *wall = malloc((size_t)w * (size_t)h);
	const ef_luma_t other = {wall, w, w, h};
	ef_face_t face;

	(void)state;
	srand(1);
	for (int i = 0; i < w * h; i++) {
		wall[i] = (uint8_t)(90 + i % w / 8 + rand() % 8);
	}
	for (int i = 0; i < 5; i++) {
		ef_track_step(track, &luma, i * (int64_t)FRAME_NS, &face);
		ef_track_check(track, &luma);
	}
	assert_int_equal(face.state, EF_TRACKED);
	ef_track_step(track, &other, 5 * (int64_t)FRAME_NS, &face);
	ef_track_check(track, &other);
	assert_int_equal(face.state, EF_LOST);
	ef_track_step(track, &luma, 6 * (int64_t)FRAME_NS, &face);
	ef_track_check(track, &luma);
	assert_int_equal(face.state, EF_TRACKED);
	free(wall);
	ef_track_destroy(&track);
}

/* While no face is followed, the whole frame is searched at the given interval only. */
static void searches_at_the_given_interval(void **state)
{
	ef_track_t *track = start(1000000000);
	const ef_luma_t luma = {photo, w, w, h};
	uint8_t *wall = calloc(1, (size_t)w * (size_t)h);
	const ef_luma_t other = {wall, w, w, h};
	ef_face_t face;

	(void)state;
	ef_track_step(track, &other, 0, &face);
	ef_track_check(track, &other);
	assert_int_equal(face.state, EF_LOST);
	ef_track_step(track, &luma, 500000000, &face);
	ef_track_check(track, &luma);
	assert_int_equal(face.state, EF_LOST);
	ef_track_step(track, &luma, 1000000000, &face);
	ef_track_check(track, &luma);
	assert_int_equal(face.state, EF_TRACKED);
	free(wall);
	ef_track_destroy(&track);
}

static void same_frames_give_same_faces(void **state)
{
	ef_track_t *one = start(0), *two = start(0);
	ef_face_t face, again;

	(void)state;
	for (int i = 0; i < 10; i++) {
		const ef_luma_t luma = {photo + 2 * i, w, w - 20, h};

		ef_track_step(one, &luma, i * (int64_t)FRAME_NS, &face);
		ef_track_check(one, &luma);
		ef_track_step(two, &luma, i * (int64_t)FRAME_NS, &again);
		ef_track_check(two, &luma);
		assert_memory_equal(&face, &again, sizeof(face));
	}
	ef_track_destroy(&one);
	ef_track_destroy(&two);
}

/* Another size, or time that jumps back, means another source: it is searched at once. */
static void another_source_is_searched_at_once(void **state)
{
	ef_track_t *track = start(1000000000);
	const ef_luma_t luma = {photo, w, w, h};
	static uint8_t blank[100 * 80];
	const ef_luma_t small = {blank, 100, 100, 80};
	ef_face_t face;

	(void)state;
	ef_track_step(track, &small, 5000000000, &face);
	ef_track_check(track, &small);
	assert_int_equal(face.state, EF_LOST);
	assert_int_equal(face.w, 100);
	ef_track_step(track, &luma, 5000000001, &face);
	ef_track_check(track, &luma);
	assert_int_equal(face.state, EF_TRACKED);
	ef_track_step(track, &small, 5000000002, &face);
	ef_track_check(track, &small);
	assert_int_equal(face.state, EF_LOST);
	ef_track_step(track, &small, 5, &face);
	ef_track_check(track, &small);
	assert_int_equal(face.state, EF_LOST);
	ef_track_step(track, &luma, 0, &face);
	ef_track_check(track, &luma);
	assert_int_equal(face.state, EF_TRACKED);
	ef_track_destroy(&track);
}

/* Timestamps come from the wire. */
static void any_timestamp_is_accepted(void **state)
{
	const int64_t times[] = {INT64_MIN, INT64_MAX, 0, INT64_MIN, -1, INT64_MAX};
	ef_track_t *track = start(100000000);
	const ef_luma_t luma = {photo, w, w, h};
	ef_face_t face;

	(void)state;
	for (int i = 0; i < 6; i++) {
		ef_track_step(track, &luma, times[i], &face);
		ef_track_check(track, &luma);
		assert_int_equal(face.state, EF_TRACKED);
	}
	ef_track_destroy(&track);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_model_is_refused),
		cmocka_unit_test(follows_a_moving_face),
		cmocka_unit_test(loses_face_at_a_cut),
		cmocka_unit_test(searches_at_the_given_interval),
		cmocka_unit_test(same_frames_give_same_faces),
		cmocka_unit_test(another_source_is_searched_at_once),
		cmocka_unit_test(any_timestamp_is_accepted),
	};

	return cmocka_run_group_tests(tests, load_photo, free_photo);
}
