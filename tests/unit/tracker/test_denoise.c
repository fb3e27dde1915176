/* Noise is measured and smoothed; clean frames are left alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tracker/denoise.h"

#define W 160
#define H 120

static uint8_t pixels[W * H];
static ef_buffer_t buffer;

/* A smooth picture, with noise of that deviation (a sum of 12 even ones is nearly normal). */
static ef_luma_t picture(double noise)
{
	unsigned seed = 5;

	for (int i = 0; i < W * H; i++) {
		double sum = -6;

		for (int k = 0; k < 12; k++) {
			seed = seed * 1103515245u + 12345u;
			sum += (seed >> 16) % 1000 / 1000.0;
		}
		pixels[i] = (uint8_t)(128 + 40 * sin(i % W / 12.0) + noise * sum);
	}
	return (ef_luma_t){.data = pixels, .stride = W, .w = W, .h = H};
}

static void noise_is_measured(void **state)
{
	ef_luma_t luma = picture(0);

	(void)state;
	assert_true(ef_noise_of(&luma) < 1);
	luma = picture(5);
	assert_float_equal(ef_noise_of(&luma), 5, 0.5);
	luma = picture(20);
	assert_float_equal(ef_noise_of(&luma), 20, 1.5);
}

static void a_clean_frame_stays_in_place(void **state)
{
	ef_luma_t luma = picture(4);

	(void)state;
	assert_int_equal(ef_denoise(&buffer, &luma), 0);
	assert_ptr_equal(luma.data, pixels);
}

/* Against the picture without noise; the weights leave 0.27 of the noise. */
static void a_noisy_frame_is_smoothed(void **state)
{
	static uint8_t clean[W * H];
	ef_luma_t luma = picture(0);
	double sum = 0;

	(void)state;
	memcpy(clean, pixels, sizeof(clean));
	luma = picture(20);
	assert_int_equal(ef_denoise(&buffer, &luma), 0);
	assert_ptr_not_equal(luma.data, pixels);
	assert_int_equal(luma.w, W);
	assert_int_equal(luma.h, H);
	for (int y = 2; y < H - 2; y++) {
		for (int x = 2; x < W - 2; x++) {
			sum += pow(luma.data[y * luma.stride + x] - clean[y * W + x], 2);
		}
	}
	assert_true(sqrt(sum / ((W - 4) * (H - 4))) < 6.5);
}

/* A frame whose rows lie further apart, and frames of any size. */
static void any_size_is_taken(void **state)
{
	uint8_t *data = malloc(1 + 40 * 50);

	(void)state;
	for (int i = 0; i <= 40 * 50; i++) {
		data[i] = (uint8_t)(i * 7919 % 256);
	}
	for (int w = 1; w <= 40; w++) {
		for (int h = 1; h <= 40; h++) {
			ef_luma_t luma = {.data = data, .stride = 50, .w = w, .h = h};

			assert_int_equal(ef_denoise(&buffer, &luma), 0);
			assert_true(luma.w == w && luma.h == h && luma.stride >= w);
		}
	}
	free(data);
	ef_buffer_finish(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_measured),
		cmocka_unit_test(a_clean_frame_stays_in_place),
		cmocka_unit_test(a_noisy_frame_is_smoothed),
		cmocka_unit_test(any_size_is_taken),
	};

	return cmocka_run_group_tests_name("denoise", tests, NULL, NULL);
}
