/* The readers with the weights that come with Effigy: on a photo, and on anything. */
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/tracker/grey_jpeg.h"
#include "tracker/read/face_reader.h"
#include "tracker/track.h"

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"
#define WEIGHTS "models/face_reader.weights"
#define OTHER "models/solver.weights"
#define PHOTO "faces68/2008_001322.jpg"

static ef_face_reader_t *readers;

static int set_up(void **state)
{
	char why[256] = "";

	(void)state;
	readers = ef_face_reader_load(WEIGHTS, why, sizeof(why));
	if (readers == NULL) {
		print_message("%s: %s\n", WEIGHTS, why);
	}
	return readers == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	ef_face_reader_destroy(&readers);
	assert_null(readers);
	return 0;
}

static void check(const ef_face_t *face)
{
	const ef_reading_t *read = &face->read;
	const float *numbers = (const float *)read;

	for (size_t i = 0; i < sizeof(*read) / sizeof(float); i++) {
		assert_true(isfinite(numbers[i]));
	}
	for (int i = 0; i < 2; i++) {
		assert_true(read->lids[i] >= 0 && read->lids[i] <= 1);
		assert_true(read->mouth[i] >= 0);
	}
	for (int i = 0; i < 3; i++) {
		assert_true(read->sure[i] >= 0 && read->sure[i] <= 1);
	}
	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		assert_true(isfinite(face->pts[i]));
	}
	assert_true(isfinite(face->pitch));
}

/* The photo, whose pixels the caller frees, and the face in it; NULL where it or the model is missing. */
static uint8_t *photo(ef_luma_t *luma, ef_face_t *face)
{
	const char *folder = getenv("EFFIGY_CLIPS");
	char path[512], why[256];
	ef_track_t *track;
	uint8_t *pixels;

	snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder : "../shared/clips", PHOTO);
	pixels = unit_lacks(MODEL) ? NULL : grey_jpeg_read(path, &luma->w, &luma->h);
	luma->data = pixels;
	luma->stride = luma->w;
	if (pixels != NULL) {
		track = ef_track_new(MODEL, 0, why, sizeof(why));
		assert_non_null(track);
		ef_track_step(track, luma, 0, face);
		ef_track_check(track, luma);
		assert_int_equal(face->state, EF_TRACKED);
		ef_track_destroy(&track);
	}
	return pixels;
}

/* Landmarks that are already right are hardly moved: by less than a tenth of the eyes' distance. */
static void a_photo_is_read(void **state)
{
	ef_face_t face, read;
	ef_luma_t luma = {0};
	uint8_t *pixels = photo(&luma, &face);

	(void)state;
	if (pixels == NULL) {
		skip();
	}
	read = face;
	ef_face_reader_read(readers, &luma, &read);
	assert_true(read.is_read);
	assert_true(read.is_pitched);
	check(&read);
	/* He looks nearly at the camera. */
	assert_true(fabsf(read.pitch) < 0.4);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double eyes = hypotf(face.pts[90] - face.pts[72], face.pts[91] - face.pts[73]);

		assert_true(hypotf(read.pts[2 * i] - face.pts[2 * i],
				    read.pts[2 * i + 1] - face.pts[2 * i + 1]) < 0.15 * eyes);
	}
	/* Where the jaw and the nose are, no reader looks. */
	assert_memory_equal(read.pts, face.pts, 2 * 17 * sizeof(float));
	assert_memory_equal(read.pts + 2 * 27, face.pts + 2 * 27, 2 * 9 * sizeof(float));
	free(pixels);
}

/* Five fingers, as bright as skin, over the lips. */
static void cover_mouth(uint8_t *pixels, const ef_luma_t *luma, const ef_face_t *face)
{
	float x = (face->pts[96] + face->pts[108]) / 2, y = (face->pts[97] + face->pts[109]) / 2;
	float wide = hypotf(face->pts[108] - face->pts[96], face->pts[109] - face->pts[97]);

	for (int row = 0; row < luma->h; row++) {
		for (int column = 0; column < luma->w; column++) {
			float beside = ((float)column - x) / (0.25F * wide);
			float off = fabsf(beside - roundf(beside)) * 2;

			if (fabsf(beside) < 2.5F && (float)row > y - 0.5F * wide) {
				pixels[row * luma->w + column] = (uint8_t)(190 - 70 * off * off);
			}
		}
	}
}

static void a_hand_before_the_mouth_is_noticed(void **state)
{
	ef_face_t face, read, covered;
	ef_luma_t luma = {0};
	uint8_t *pixels = photo(&luma, &face);

	(void)state;
	if (pixels == NULL) {
		skip();
	}
	read = covered = face;
	ef_face_reader_read(readers, &luma, &read);
	cover_mouth(pixels, &luma, &face);
	ef_face_reader_read(readers, &luma, &covered);
	assert_true(read.read.sure[2] > 0.5F);
	assert_true(covered.read.sure[2] < 0.25F);
	assert_true(covered.read.sure[0] > 0.5F * read.read.sure[0]);
	free(pixels);
}

static void any_pixels_and_landmarks_are_safe(void **state)
{
	static uint8_t pixels[120 * 160];
	const ef_luma_t luma = {pixels, 160, 160, 120};
	unsigned seed = 2;

	(void)state;
	for (int round = 0; round < 300; round++) {
		ef_face_t face = {.w = 160, .h = 120, .state = EF_TRACKED};
		float range = (float)pow(10, round % 12);

		for (size_t i = 0; i < sizeof(pixels); i++) {
			seed = seed * 1103515245u + 12345u;
			pixels[i] = (uint8_t)(round % 3 == 0   ? 0
					      : round % 3 == 1 ? 255
							       : seed >> 16);
		}
		for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
			seed = seed * 1103515245u + 12345u;
			face.pts[i] = 60 + range * ((float)((seed >> 16) % 2001) / 1000 - 1);
		}
		face.pts[0] = round % 7 == 0 ? NAN : face.pts[0];
		face.pts[72] = round % 11 == 0 ? INFINITY : face.pts[72];
		ef_face_reader_read(readers, &luma, &face);
		if (face.is_read && round % 7 != 0) {
			check(&face);
		}
	}
}

static void weights_of_another_model_are_refused(void **state)
{
	char why[256];

	(void)state;
	assert_null(ef_face_reader_load(OTHER, why, sizeof(why)));
	assert_non_null(strstr(why, "another model"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_photo_is_read),
		TEST(a_hand_before_the_mouth_is_noticed),
		TEST(any_pixels_and_landmarks_are_safe),
		TEST(weights_of_another_model_are_refused),
	};

	return cmocka_run_group_tests_name("face_reader", tests, NULL, NULL);
}
