#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tracker/dlib_shim.h"

#define MODEL "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"

static void missing_model(void **state)
{
	char why[128] = "";

	(void)state;
	assert_null(ef_cascade_load("/nowhere/model.dat", why, sizeof(why)));
	assert_non_null(strstr(why, "cannot be opened"));
	assert_null(ef_predictor_load("/nowhere/model.dat", why, sizeof(why)));
	assert_true(strlen(why) > 0);
}

/* Writes the first part of the model's bytes, or other bytes, to a file, and loads it. */
static void assert_refused(const void *data, size_t size)
{
	char path[] = "/tmp/effigy-model-XXXXXX", why[128] = "";
	int fd = mkstemp(path);

	assert_true(fd != -1);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	close(fd);
	assert_null(ef_cascade_load(path, why, sizeof(why)));
	assert_true(strlen(why) > 0);
	unlink(path);
}

static void broken_model(void **state)
{
	static uint8_t start[1 << 20];
	FILE *model = fopen(MODEL, "rb");
	size_t size;

	(void)state;
	assert_refused("", 0);
	assert_refused("not a model at all", 18);
	if (model == NULL) {
		print_message("SKIPPED in part: no %s\n", MODEL);
		return;
	}
	size = fread(start, 1, sizeof(start), model);
	fclose(model);
	assert_refused(start, 100);
	assert_refused(start, size);
	start[0] ^= 1;
	assert_refused(start, size);
}

static void blank_picture(void **state)
{
	static uint8_t blank[320 * 240];
	const ef_luma_t luma = {blank, 320, 320, 240}, tiny = {blank, 1, 1, 1};
	char why[128];
	ef_detector_t *detector = ef_detector_new(why, sizeof(why));
	ef_found_t found[4];

	(void)state;
	assert_non_null(detector);
	memset(blank, 128, sizeof(blank));
	assert_int_equal(ef_detector_find(detector, &luma, 0, found, 4), 0);
	assert_int_equal(ef_detector_find(detector, &tiny, 0, found, 4), 0);
	ef_detector_destroy(&detector);
	assert_null(detector);
	ef_detector_destroy(&detector);
}

/* The cascade finds what dlib finds, between its whole pixels. */
static void agrees_with_dlib(void **state)
{
	static uint8_t pixels[300 * 300];
	const ef_luma_t luma = {pixels, 300, 300, 300};
	const ef_place_t place = {150, 150, 121, 0};
	const float box[4] = {90, 90, 121, 121};
	float ours[2 * EF_LANDMARKS], theirs[2 * EF_LANDMARKS];
	char why[128];
	ef_cascade_t *cascade = ef_cascade_load(MODEL, why, sizeof(why));
	ef_predictor_t *predictor = ef_predictor_load(MODEL, why, sizeof(why));

	(void)state;
	if (unit_lacks(MODEL)) {
		skip();
	}
	assert_non_null(cascade);
	assert_non_null(predictor);
	srand(1);
	for (int i = 0; i < 300 * 300; i++) {
		/* Smooth, and not symmetric: any picture takes some path through the trees. */
		int x = i % 300 - 150, y = i / 300 - 140;

		pixels[i] = (uint8_t)(200 - (x * x + y * y) / 250 + x / 10 + rand() % 3);
	}
	ef_cascade_landmarks(cascade, &luma, &place, ours);
	assert_int_equal(ef_predictor_landmarks(predictor, &luma, box, theirs), 0);
	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		assert_float_equal(ours[i], theirs[i], 1.5);
	}
	ef_cascade_destroy(&cascade);
	ef_predictor_destroy(&predictor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_model),
		cmocka_unit_test(broken_model),
		cmocka_unit_test(blank_picture),
		cmocka_unit_test(agrees_with_dlib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
