/* Where the patches of a face lie, and that they are upright. */
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#include "tracker/read/patches.h"

/* Landmarks of a face that looks ahead, in distances between the outer corners of the eyes. */
static void face(float scale, float roll, float x, float y, float pts[2 * EF_LANDMARKS])
{
	static const struct {
		int first, count;
		float x, y, w, h;
	} parts[] = {{0, 17, -0.8F, 0, 1.6F, 1.2F}, {17, 10, -0.6F, -0.25F, 1.2F, 0},
		{27, 4, 0, 0, 0, 0.3F}, {31, 5, -0.15F, 0.45F, 0.3F, 0}, {36, 4, -0.5F, 0, 0.3F, 0},
		{40, 2, -0.4F, 0.03F, 0.1F, 0}, {42, 4, 0.2F, 0, 0.3F, 0},
		{46, 2, 0.3F, 0.03F, 0.1F, 0}, {48, 12, -0.3F, 0.75F, 0.6F, 0},
		{60, 8, -0.3F, 0.75F, 0.6F, 0}};

	for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
		for (int i = 0; i < parts[k].count; i++) {
			float share = (float)i / (float)(parts[k].count - 1);
			float u = scale * (parts[k].x + share * parts[k].w);
			float v = scale * (parts[k].y + share * parts[k].h);
			int at = 2 * (parts[k].first + i);

			pts[at] = x + cosf(roll) * u - sinf(roll) * v;
			pts[at + 1] = y + sinf(roll) * u + cosf(roll) * v;
		}
	}
}

static void patches_follow_the_face(void **state)
{
	float pts[2 * EF_LANDMARKS];
	ef_place_t places[EF_PATCHES];

	(void)state;
	face(100, 0, 320, 240, pts);
	assert_int_equal(ef_patches_place(pts, places), 0);
	assert_float_equal(places[EF_PATCH_LEFT_EYE].x, 355, 3);
	assert_float_equal(places[EF_PATCH_RIGHT_EYE].x, 285, 3);
	assert_float_equal(places[EF_PATCH_LEFT_EYE].y, 224, 3);
	assert_float_equal(places[EF_PATCH_MOUTH].y, 315, 3);
	assert_float_equal(places[EF_PATCH_LEFT_EYE].size, 84, 6);
	assert_float_equal(places[EF_PATCH_MOUTH].roll, 0, 0.02);
	assert_float_equal(places[EF_PATCH_FACE].x, 320, 3);
	assert_float_equal(places[EF_PATCH_FACE].y, 280, 3);
	assert_float_equal(places[EF_PATCH_FACE].size, 200, 12);
	face(200, 0.5F, 320, 240, pts);
	assert_int_equal(ef_patches_place(pts, places), 0);
	assert_float_equal(places[EF_PATCH_MOUTH].roll, 0.5, 0.02);
	assert_float_equal(places[EF_PATCH_MOUTH].size, 220, 12);
	assert_float_equal(places[EF_PATCH_MOUTH].x, 320 - 150 * sin(0.5), 6);
}

static void landmarks_that_are_no_face_are_refused(void **state)
{
	static const float values[] = {0, 5, NAN, INFINITY, 3e38F};
	float pts[2 * EF_LANDMARKS];
	ef_place_t places[EF_PATCHES];

	(void)state;
	for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
		for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
			pts[i] = values[k];
		}
		assert_int_equal(ef_patches_place(pts, places), -1);
	}
}

/* The image is white right of a line through the middle of the face, along the face. */
static void a_patch_is_upright(void **state)
{
	static uint8_t pixels[480 * 640];
	const ef_luma_t luma = {pixels, 640, 640, 480};
	const ef_place_t place = {320, 240, 120, 0.6F};
	ef_plane_t patch = {0}, scratch = {0};

	(void)state;
	for (int y = 0; y < 480; y++) {
		for (int x = 0; x < 640; x++) {
			double right = cos(0.6) * (x - 320) + sin(0.6) * (y - 240);

			pixels[640 * y + x] = right > 0 ? 255 : 0;
		}
	}
	assert_int_equal(ef_patch_cut(&patch, &scratch, &luma, &place), 0);
	assert_int_equal(patch.luma.w, EF_PATCH_SIDE);
	for (int row = 0; row < EF_PATCH_SIDE; row++) {
		assert_true(patch.luma.data[row * EF_PATCH_SIDE + EF_PATCH_SIDE / 2 - 3] < 30);
		assert_true(patch.luma.data[row * EF_PATCH_SIDE + EF_PATCH_SIDE / 2 + 3] > 225);
	}
	ef_plane_finish(&patch);
	ef_plane_finish(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patches_follow_the_face),
		cmocka_unit_test(landmarks_that_are_no_face_are_refused),
		cmocka_unit_test(a_patch_is_upright),
	};

	return cmocka_run_group_tests_name("patches", tests, NULL, NULL);
}
