/* The layers of a small neural network, on floats. Sizes are the caller's. */
#ifndef EF_LAYERS_H
#define EF_LAYERS_H

/* Channels that are computed together: counts of output channels are multiples of it. */
#define EF_LAYER_BLOCK 4
#define EF_LAYER_BLOCKS_MAX 16

/* y = W x + bias, or its positive part when rectified. weights: in x out, input by input, so that
 * inputs that are 0 cost nothing. y overlaps nothing else. */
void ef_layer_dense(const float *weights, const float *bias, int in, int out, int rectified,
	const float *x, float *restrict y);

/* The positive part of a convolution by 3 x 3 with stride 2 and a border of zeros, of a square image
 * of side x side pixels (side is even) with in channels: x is side x side x in, row by row; y is
 * side / 2 x side / 2 x out. out is at most EF_LAYER_BLOCKS_MAX blocks. weights: 3 x 3 x in x out. */
void ef_layer_convolve(const float *weights, const float *bias, int side, int in, int out,
	const float *x, float *y);

#endif
