/* The layers of small networks, against sums written out. */
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>

#include "proto/neural/layers.h"

static float random_number(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return (float)((*seed >> 16) % 2001) / 1000 - 1;
}

static float *random_numbers(size_t count, unsigned seed)
{
	float *numbers = test_malloc(count * sizeof(float));

	for (size_t i = 0; i < count; i++) {
		numbers[i] = random_number(&seed);
	}
	return numbers;
}

static void dense_is_the_product_and_the_bias(void **state)
{
	static const float weights[] = {1, 2, 3, 4, 5, 6}; /* 2 inputs, 3 outputs */
	static const float bias[] = {0.5F, -100, 0}, x[] = {2, -1};
	float y[3];

	(void)state;
	ef_layer_dense(weights, bias, 2, 3, 0, x, y);
	assert_float_equal(y[0], 2 * 1 - 4 + 0.5, 1e-6);
	assert_float_equal(y[1], 2 * 2 - 5 - 100, 1e-6);
	assert_float_equal(y[2], 2 * 3 - 6, 1e-6);
	ef_layer_dense(weights, bias, 2, 3, 1, x, y);
	assert_float_equal(y[0], 0, 1e-6);
	assert_float_equal(y[1], 0, 1e-6);
}

/* One output of the convolution as its definition has it. */
static float convolved(const float *weights, const float *bias, int side, int in, int out,
	const float *x, int row, int column, int channel)
{
	float sum = bias[channel];

	for (int dy = -1; dy <= 1; dy++) {
		for (int dx = -1; dx <= 1; dx++) {
			int v = 2 * row + dy, u = 2 * column + dx;
			int tap = (dy + 1) * 3 + dx + 1;

			for (int i = 0; v >= 0 && u >= 0 && i < in; i++) {
				sum += weights[(tap * in + i) * out + channel] *
				       x[(v * side + u) * in + i];
			}
		}
	}
	return fmaxf(sum, 0);
}

static void convolution_is_its_definition(void **state)
{
	static const int cases[][3] = {{4, 1, 16}, {8, 16, 24}, {6, 24, 48}, {4, 3, 8}, {2, 1, 4}};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		int side = cases[k][0], in = cases[k][1], out = cases[k][2];
		float *x = random_numbers((size_t)(side * side * in), 1);
		float *weights = random_numbers((size_t)(9 * in * out), 2);
		float *bias = random_numbers((size_t)out, 3);
		float *y = test_malloc((size_t)(side * side / 4 * out) * sizeof(float));

		ef_layer_convolve(weights, bias, side, in, out, x, y);
		for (int i = 0; i < side * side / 4 * out; i++) {
			int pixel = i / out;

			assert_float_equal(y[i],
				convolved(weights, bias, side, in, out, x, pixel / (side / 2),
					pixel % (side / 2), i % out),
				1e-4);
		}
		test_free(x);
		test_free(weights);
		test_free(bias);
		test_free(y);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dense_is_the_product_and_the_bias),
		cmocka_unit_test(convolution_is_its_definition),
	};

	return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}
