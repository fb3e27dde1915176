/* Reads a JPEG's luma for a test. */
#ifndef GREY_JPEG_H
#define GREY_JPEG_H

#include <stdio.h>
#include <stdlib.h>
#include <turbojpeg.h>

#include "tests/unit/unit.h"

/* Frames of the bundled performer, 384 x 384: ffmpeg -i build/performer/performer.mp4 -vf
 * select=eq(n\,N),crop=384:384:128:60,format=gray -frames:v 1 -q:v 4 NAME.jpg, N as below. */
#define PERFORMER "tests/unit/tracker/performer/"
static const char *const performer_frames[] = {
	PERFORMER "neutral.jpg", /* 0 */
	PERFORMER "jaw.jpg", /* 46 */
	PERFORMER "smile.jpg", /* 84 */
	PERFORMER "blink.jpg", /* 157 */
	PERFORMER "yaw.jpg", /* 214 */
	PERFORMER "roll.jpg", /* 282 */
};
#define PERFORMER_FRAMES (sizeof(performer_frames) / sizeof(performer_frames[0]))

/* w * h bytes, for free (); NULL when there is no such file. Fails the test when it is no JPEG. */
static inline uint8_t *grey_jpeg_read(const char *path, int *w, int *h)
{
	static uint8_t jpeg[1 << 20];
	FILE *file = fopen(path, "rb");
	int sampling, colours;
	tjhandle decoder;
	unsigned long size;
	uint8_t *luma;

	if (file == NULL) {
		return NULL;
	}
	size = fread(jpeg, 1, sizeof(jpeg), file);
	fclose(file);
	decoder = tjInitDecompress();
	assert_int_equal(tjDecompressHeader3(decoder, jpeg, size, w, h, &sampling, &colours), 0);
	luma = malloc((size_t)*w * (size_t)*h);
	assert_non_null(luma);
	assert_int_equal(tjDecompress2(decoder, jpeg, size, luma, *w, *w, *h, TJPF_GRAY, 0), 0);
	tjDestroy(decoder);
	return luma;
}

#endif
