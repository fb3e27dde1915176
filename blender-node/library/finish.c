/* A few rows at a time, so that they are read from memory once and never written back to it: the
 * smoothed pixels stay in the cache. */
#include "blender-node/library/finish.h"

#include <stdlib.h>
#include <string.h>

#include "blender-node/library/antialias.h"
#include "blender-node/library/i420.h"
#include "proto/base/memory.h"
#include "proto/wire/image.h"

#define ROWS 8 /* even, for chroma */

struct ef_finish {
	uint8_t *rgba, *luma; /* of the last picture */
	uint8_t *smooth; /* ROWS rows */
	uint8_t *i420; /* the picture as sent */
};

ef_finish_t *ef_finish_new(int w, int h)
{
	size_t pixels = (size_t)w * h;
	ef_finish_t *finish = ef_memory_new(sizeof(*finish));

	finish->rgba = malloc(4 * pixels);
	finish->luma = malloc(pixels);
	finish->smooth = malloc((size_t)4 * w * ROWS);
	finish->i420 = malloc(ef_image_size(EF_I420, w, h));
	if (finish->rgba == NULL || finish->luma == NULL || finish->smooth == NULL ||
		finish->i420 == NULL) {
		ef_finish_destroy(&finish);
	}
	return finish;
}

void ef_finish_destroy(ef_finish_t **finish_p)
{
	ef_finish_t *finish = *finish_p;

	if (finish != NULL) {
		free(finish->rgba);
		free(finish->luma);
		free(finish->smooth);
		free(finish->i420);
		free(finish);
		*finish_p = NULL;
	}
}

static void keep(ef_finish_t *finish, const uint8_t *rgba, const ef_area_t *area, int w)
{
	for (int y = 0; y < area->h; y++) {
		size_t at = (size_t)(area->y + y) * w + area->x;
		const uint8_t *row = rgba + (size_t)4 * y * area->w;

		memcpy(finish->rgba + 4 * at, row, (size_t)4 * area->w);
		ef_antialias_luma(row, area->w, finish->luma + at);
	}
}

/* The larger even number, but no more than most. */
static int even_up(int n, int most)
{
	n += n & 1;
	return n < most ? n : most;
}

/* Sets *from and *to to the pixels of a row that are to be done again: smoothing reaches beyond what has
 * changed, and two pixels share their chroma. */
static void grow(int first, int count, int size, int *from, int *to)
{
	int start = first - EF_ANTIALIAS_REACH;

	*from = start > 0 ? start & ~1 : 0;
	*to = even_up(first + count + EF_ANTIALIAS_REACH, size);
}

const uint8_t *ef_finish_picture(
	ef_finish_t *finish, const uint8_t *rgba, const ef_area_t *area, int w, int h)
{
	const ef_unsmoothed_t picture = {finish->rgba, finish->luma, w, h};
	int left, right, top, bottom;

	if (area->w == 0 || area->h == 0) {
		return finish->i420;
	}
	keep(finish, rgba, area, w);
	grow(area->x, area->w, w, &left, &right);
	/* Pairs of rows that share their chroma begin at the top. */
	grow(h - area->y - area->h, area->h, h, &top, &bottom);
	for (int row = top; row < bottom; row += ROWS) {
		int count = row + ROWS < bottom ? ROWS : bottom - row;
		const ef_area_t rows = {left, h - row - count, right - left, count};

		ef_antialias(&picture, &rows, finish->smooth);
		ef_convert_to_i420(finish->smooth, &rows, w, h, finish->i420);
	}
	return finish->i420;
}
