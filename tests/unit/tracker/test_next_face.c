#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/tracker/grey_jpeg.h"
#include "tracker/next_face.h"

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"
#define FRAME_NS 33333333
#define SIDE 384
#define COLUMNS 5
#define ROWS 4
#define W (COLUMNS * SIDE)
#define H (ROWS * SIDE)

static uint8_t frame[W * H];
static const ef_luma_t luma = {frame, W, W, H};
static int64_t now;

/* A grey frame, with the performer's face in the first count cells, row by row. */
static void draw(int count)
{
	int w, h;
	uint8_t *face = grey_jpeg_read(performer_frames[0], &w, &h);

	assert_non_null(face);
	memset(frame, 120, sizeof(frame));
	for (int i = 0; i < count; i++) {
		uint8_t *cell = frame + (ptrdiff_t)(i / COLUMNS) * SIDE * W + i % COLUMNS * SIDE;

		for (int row = 0; row < SIDE; row++) {
			memcpy(cell + (ptrdiff_t)row * W, face + row * w, SIDE);
		}
	}
	free(face);
}

static ef_track_t *start(void)
{
	char why[256];
	ef_track_t *track;

	if (unit_lacks(MODEL)) {
		skip();
	}
	track = ef_track_new(MODEL, 0, why, sizeof(why));
	assert_non_null(track);
	return track;
}

/* The answer to one request, made while the frame is shown. */
static const char *ask(ef_track_t *track, ef_face_t *face)
{
	static char line[256];
	const char *file = unit_path("", "next-face");
	char path[256];
	FILE *answer;

	snprintf(path, sizeof(path), "%s.answer", file);
	unlink(path);
	fclose(fopen(file, "w"));
	ef_track_step(track, &luma, now += FRAME_NS, face);
	ef_track_check(track, &luma);
	assert_true(ef_next_face_asked(file));
	assert_false(ef_next_face_asked(file));
	ef_next_face_follow(file, track, &luma, face);
	answer = fopen(path, "r");
	assert_non_null(answer);
	assert_non_null(fgets(line, sizeof(line), answer));
	fclose(answer);
	return line;
}

static void no_request_without_a_file(void **state)
{
	(void)state;
	assert_false(ef_next_face_asked(NULL));
	assert_false(ef_next_face_asked(unit_path("", "nothing")));
	/* A folder cannot be taken; it must not be a request in each frame. */
	mkdir(unit_path("", "folder"), 0700);
	assert_false(ef_next_face_asked(unit_path("", "folder")));
	rmdir(unit_path("", "folder"));
}

static void none(void **state)
{
	ef_track_t *track = start();
	ef_face_t face;

	(void)state;
	draw(0);
	assert_string_equal(ask(track, &face), "no face is seen\n");
	assert_int_equal(face.state, EF_LOST);
	ef_track_destroy(&track);
}

static void one(void **state)
{
	ef_track_t *track = start();
	ef_face_t face, before;

	(void)state;
	draw(1);
	ef_track_step(track, &luma, now += FRAME_NS, &before);
	ef_track_check(track, &luma);
	assert_int_equal(before.state, EF_TRACKED);
	assert_string_equal(ask(track, &face), "no other face is seen\n");
	assert_int_equal(face.state, EF_TRACKED);
	assert_true(face.box[0] < SIDE);
	ef_track_destroy(&track);
}

/* From left to right, and again from the left; the face chosen is followed. */
static void each_of_five_in_turn(void **state)
{
	ef_track_t *track = start();
	ef_face_t face;
	int last;

	(void)state;
	draw(5);
	ef_track_step(track, &luma, now += FRAME_NS, &face);
	ef_track_check(track, &luma);
	last = (int)(face.box[0] / SIDE);
	for (int i = 0; i < 7; i++) {
		assert_non_null(strstr(ask(track, &face), "one of 5,"));
		assert_int_equal(face.state, EF_TRACKED);
		assert_int_equal((int)(face.box[0] / SIDE), (last + 1) % 5);
		assert_int_equal(face.n, 5);
		last = (last + 1) % 5;
		for (int frames = 0; frames < 3; frames++) {
			ef_track_step(track, &luma, now += FRAME_NS, &face);
			ef_track_check(track, &luma);
			assert_int_equal((int)(face.box[0] / SIDE), last);
		}
	}
	ef_track_destroy(&track);
}

/* Requests in each frame; 20 faces in four rows: each has its turn. */
static void twenty(void **state)
{
	ef_track_t *track = start();
	int turns[20] = {0};
	ef_face_t face;

	(void)state;
	draw(20);
	for (int i = 0; i < 20; i++) {
		assert_non_null(strstr(ask(track, &face), "one of 20,"));
		assert_int_equal(face.state, EF_TRACKED);
		turns[(int)(face.box[1] / SIDE) * COLUMNS + (int)(face.box[0] / SIDE)]++;
	}
	for (int i = 0; i < 20; i++) {
		assert_int_equal(turns[i], 1);
	}
	ef_track_destroy(&track);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_request_without_a_file),
		cmocka_unit_test(none),
		cmocka_unit_test(one),
		cmocka_unit_test(each_of_five_in_turn),
		cmocka_unit_test(twenty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
