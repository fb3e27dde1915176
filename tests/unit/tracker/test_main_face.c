#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/tracker/grey_jpeg.h"
#include "tracker/track.h"

/* Who is followed, with the bundled performer as two people: lit from the left, and from the right. */

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"
#define FRAME_NS 40000000
#define SIDE 384
#define W (3 * SIDE)

static uint8_t frame[W * SIDE];
static const ef_luma_t luma = {frame, W, W, SIDE};
static ef_track_t *track;
static int64_t now;

enum { LEFT, RIGHT };

static void draw(int column, int lit_from)
{
	int w, h;
	uint8_t *face = grey_jpeg_read(performer_frames[0], &w, &h);

	assert_non_null(face);
	for (int row = 0; row < SIDE; row++) {
		for (int x = 0; x < SIDE; x++) {
			int light = lit_from == LEFT ? SIDE - x : x;

			frame[row * W + column * SIDE + x] =
				(uint8_t)(face[row * w + x] * (light + 60) / (SIDE + 60));
		}
	}
	free(face);
}

/* A dark wall with shelves, or its negative. */
static uint8_t wall(int other, int x, int row)
{
	int light = row / 48 % 3 * 50 + x / 64 % 2 * 50;

	return (uint8_t)(other ? 220 - light : 20 + light);
}

static void draw_wall(int other)
{
	for (int i = 0; i < W * SIDE; i++) {
		frame[i] = wall(other, i % W, i / W);
	}
}

static void cover(int column)
{
	for (int row = 0; row < SIDE; row++) {
		memset(frame + row * W + column * SIDE, 60, SIDE);
	}
}

/* Shows the frame for a time. Returns the column of the face that is followed, or -1. */
static int show(int ms)
{
	ef_face_t face = {0};

	for (int i = 0; i * 40 < ms; i++) {
		ef_track_step(track, &luma, now += FRAME_NS, &face);
		ef_track_check(track, &luma);
	}
	return face.state == EF_LOST ? -1 : (int)((face.box[0] + face.box[2] / 2) / SIDE);
}

/* One person in the middle column, followed for a second. */
static int begin(void **state)
{
	char why[256];

	(void)state;
	if (unit_lacks(MODEL)) {
		return 0;
	}
	track = ef_track_new(MODEL, 0, why, sizeof(why));
	assert_non_null(track);
	draw_wall(0);
	draw(1, LEFT);
	assert_int_equal(show(1000), 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ef_track_destroy(&track);
	return 0;
}

static void another_is_not_followed_while_a_hand_hides_the_face(void **state)
{
	(void)state;
	if (track == NULL) {
		skip();
	}
	draw(2, RIGHT);
	assert_int_equal(show(1200), 1);
	cover(1);
	assert_int_equal(show(1000), -1);
	draw(1, LEFT);
	assert_int_equal(show(40), 1);
}

static void she_is_found_elsewhere(void **state)
{
	(void)state;
	if (track == NULL) {
		skip();
	}
	draw(2, RIGHT);
	assert_int_equal(show(1200), 1);
	cover(1);
	assert_int_equal(show(1000), -1);
	draw(0, LEFT);
	assert_int_equal(show(40), 0);
}

static void after_a_while_another_is_followed(void **state)
{
	(void)state;
	if (track == NULL) {
		skip();
	}
	draw(2, RIGHT);
	assert_int_equal(show(1200), 1);
	cover(1);
	assert_int_equal(show(2000), -1);
	assert_int_equal(show(1000), 2);
}

/* A cut: the whole frame changes, and somebody else is where she was. */
static void after_a_cut_nobody_is_waited_for(void **state)
{
	(void)state;
	if (track == NULL) {
		skip();
	}
	draw_wall(1);
	draw(1, RIGHT);
	assert_int_equal(show(200), 1);
}

/* As when a light is switched on: the scene changes, she stays, and is waited for later. */
static void she_is_waited_for_in_the_next_scene(void **state)
{
	(void)state;
	if (track == NULL) {
		skip();
	}
	draw_wall(1);
	draw(1, LEFT);
	assert_int_equal(show(200), 1);
	draw(2, RIGHT);
	assert_int_equal(show(1200), 1);
	cover(1);
	assert_int_equal(show(1000), -1);
}

int main(void)
{
#define WITH_HER(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {
		WITH_HER(another_is_not_followed_while_a_hand_hides_the_face),
		WITH_HER(she_is_found_elsewhere),
		WITH_HER(after_a_while_another_is_followed),
		WITH_HER(after_a_cut_nobody_is_waited_for),
		WITH_HER(she_is_waited_for_in_the_next_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
