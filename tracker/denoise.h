/* Smooths frames in which noise hides faces: the detector sees gradients of single pixels, and the landmarks
 * compare single pixels. */
#ifndef EF_DENOISE_H
#define EF_DENOISE_H

#include "proto/base/buffer.h"
#include "proto/picture/luma.h"

/* The standard deviation of a frame's noise, 0..255; a little above the truth where there are fine patterns.
 * J. Immerkaer, "Fast noise variance estimation", Computer Vision and Image Understanding 64, 1996. */
double ef_noise_of(const ef_luma_t *luma);

/* When the noise is strong, replaces *luma by a smoothed copy, whose pixels are in buffer until the next call.
 * Returns 0, or -1 when memory runs out. */
int ef_denoise(ef_buffer_t *buffer, ef_luma_t *luma);

#endif
