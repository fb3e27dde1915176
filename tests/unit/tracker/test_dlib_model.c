#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/tracker/grey_jpeg.h"
#include "tracker/dlib_detector.h"
#include "tracker/dlib_model.h"
#include "tracker/dlib_predictor.h"

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"

/* Distances in pixels, on faces 216 pixels wide, between our landmarks and those of dlib, which
 * are rounded to whole pixels; that alone gives a mean of 0.4. The rest: leaves are stored with
 * 16 bits, and the last bit decides which pixel the next stage reads. Measured: a mean of 0.9, a
 * maximum of 2.8. */
#define MEAN_MAX 1.2
#define DISTANCE_MAX 4.0

static void missing_model_is_refused(void **state)
{
	char why[128] = "";

	(void)state;
	assert_null(ef_dlib_model_load("/nowhere/model.dat", why, sizeof(why)));
	assert_string_equal(why, "it cannot be opened");
	assert_null(ef_predictor_load("/nowhere/model.dat"));
}

/* Writes the data to a file and asserts that it is refused as a model, with that reason. */
static void assert_refused(const void *data, size_t size, const char *reason)
{
	const char *path = unit_path("", "model.dat");
	FILE *file = fopen(path, "wb");
	char why[256] = "";

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
	assert_null(ef_dlib_model_load(path, why, sizeof(why)));
	if (strstr(why, reason) == NULL) {
		fail_msg("refused because \"%s\", not \"%s\"", why, reason);
	}
}

static void broken_model_is_refused(void **state)
{
	static uint8_t start[1 << 20];
	FILE *model = fopen(MODEL, "rb");
	size_t size;

	(void)state;
	assert_refused("", 0, "truncated");
	assert_refused("not a model at all", 18, "not a dlib shape_predictor model");
	if (model == NULL) {
		print_message("SKIPPED in part: no %s\n", MODEL);
		return;
	}
	size = fread(start, 1, sizeof(start), model);
	fclose(model);
	assert_refused(start, 100, "truncated");
	assert_refused(start, size, "truncated");
	/* dlib writes an int as its length and its bytes. */
	assert_int_equal(start[0], 1);
	assert_int_equal(start[1], 1);
	start[1] = 7;
	assert_refused(start, size, "its format version is 7, but only version 1 is supported");
}

/* What both find in one frame, from the box that dlib's detector gives. */
static void compare(ef_cascade_t *cascade, ef_predictor_t *predictor, const char *path)
{
	ef_detector_t *detector = ef_detector_new();
	ef_found_t found;
	ef_place_t place;
	float ours[2 * EF_LANDMARKS], theirs[2 * EF_LANDMARKS];
	ef_luma_t luma = {0};
	uint8_t *data = grey_jpeg_read(path, &luma.w, &luma.h);
	double sum = 0;

	assert_non_null(data);
	luma.data = data;
	luma.stride = luma.w;
	assert_int_equal(ef_detector_find(detector, &luma, 0, &found, 1), 1);
	place = (ef_place_t){.x = found.box[0] + (found.box[2] - 1) / 2,
		.y = found.box[1] + (found.box[3] - 1) / 2,
		.size = found.box[2]};
	ef_cascade_landmarks(cascade, &luma, &place, 1, &ours);
	assert_int_equal(ef_predictor_landmarks(predictor, &luma, found.box, theirs), 0);
	for (int i = 0; i < EF_LANDMARKS; i++) {
		double away =
			hypot(ours[2 * i] - theirs[2 * i], ours[2 * i + 1] - theirs[2 * i + 1]);

		sum += away;
		if (away > DISTANCE_MAX) {
			fail_msg("%s: landmark %d is %.1f pixels from dlib's", path, i, away);
		}
	}
	if (sum / EF_LANDMARKS > MEAN_MAX) {
		fail_msg("%s: landmarks are %.2f pixels from dlib's", path, sum / EF_LANDMARKS);
	}
	free(data);
	ef_detector_destroy(&detector);
}

static void landmarks_agree_with_dlib(void **state)
{
	char why[256] = "";
	ef_cascade_t *cascade;
	ef_predictor_t *predictor;

	(void)state;
	if (unit_lacks(MODEL)) {
		skip();
	}
	cascade = ef_dlib_model_load(MODEL, why, sizeof(why));
	assert_string_equal(why, "");
	predictor = ef_predictor_load(MODEL);
	assert_non_null(predictor);
	for (size_t i = 0; i < PERFORMER_FRAMES; i++) {
		compare(cascade, predictor, performer_frames[i]);
	}
	ef_cascade_destroy(&cascade);
	ef_predictor_destroy(&predictor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_model_is_refused),
		cmocka_unit_test(broken_model_is_refused),
		cmocka_unit_test(landmarks_agree_with_dlib),
	};

	return cmocka_run_group_tests_name("dlib_model", tests, NULL, NULL);
}
