/* After FXAA 3 (Timothy Lottes, 2011), on the processor: where luma jumps across an edge, follow
 * the edge to both ends and blend with the far side by how near an end is. Other pixels are
 * only compared, so an image takes about a millisecond, where a shader pass in software takes
 * several. */
#include "blender-node/library/antialias.h"

#include <stdlib.h>
#include <string.h>

#define CONTRAST_MIN 12 /* of luma 0..255: less is a gradient, not an edge */
#define CONTRAST_SHARE 8 /* nor is less than 1 / 8 of the brightest round the pixel */
#define REACH EF_ANTIALIAS_REACH /* pixels an edge is followed each way */

void ef_antialias_luma(const uint8_t *rgba, size_t count, uint8_t *luma)
{
	for (size_t i = 0; i < count; i++) {
		const uint8_t *c = rgba + 4 * i;

		luma[i] = (uint8_t)((c[0] * 77 + c[1] * 151 + c[2] * 28) >> 8);
	}
}

static inline uint8_t lower(uint8_t a, uint8_t b)
{
	return a < b ? a : b;
}

static inline uint8_t higher(uint8_t a, uint8_t b)
{
	return a > b ? a : b;
}

/* mask[x] becomes 1 where one of count inner pixels is at a jump. w: pixels of a row. Bytes only: the
 * compiler can vectorise it. */
static void find_jumps(const uint8_t *row, int w, int count, uint8_t *restrict mask)
{
	const uint8_t *above = row - w, *below = row + w;

	for (int x = 0; x < count; x++) {
		uint8_t low = lower(
			lower(lower(row[x], row[x - 1]), row[x + 1]), lower(above[x], below[x]));
		uint8_t high = higher(
			higher(higher(row[x], row[x - 1]), row[x + 1]), higher(above[x], below[x]));
		uint8_t limit = higher(CONTRAST_MIN, high / CONTRAST_SHARE);

		mask[x] = (uint8_t)(high - low) > limit;
	}
}

/* Whether the edge through a pixel runs along the row rather than along the column. */
static int runs_along_row(const uint8_t *m, int w)
{
	int across = abs(m[-w] + m[w] - 2 * m[0]) * 2 + abs(m[-w - 1] + m[w - 1] - 2 * m[-1]) +
		     abs(m[-w + 1] + m[w + 1] - 2 * m[1]);
	int along = abs(m[-1] + m[1] - 2 * m[0]) * 2 + abs(m[-w - 1] + m[-w + 1] - 2 * m[-w]) +
		    abs(m[w - 1] + m[w + 1] - 2 * m[w]);

	return across >= along;
}

/* Follows the edge between m and m + side by steps of stride. Returns how far its end is, and in
 * *change how twice the mean luma differs there; REACH + 1 and 0 when no end is near. */
static int follow(const uint8_t *m, int side, int stride, int room, int *change)
{
	int mean = m[0] + m[side], limit = abs(m[side] - m[0]) / 2;

	for (int k = 1; k <= room; k++) {
		const uint8_t *at = m + k * stride;

		*change = at[0] + at[side] - mean;
		if (abs(*change) >= limit) {
			return k;
		}
	}
	*change = 0;
	return REACH + 1;
}

static inline int nearer(int a, int b)
{
	return a < b ? a : b;
}

/* to: the pixel's four bytes. */
static void smooth(const ef_unsmoothed_t *picture, int x, int y, uint8_t *to)
{
	int w = picture->w, along_row, across, stride, side, back, forth, change[2];
	size_t at = (size_t)y * w + x;
	const uint8_t *m = picture->luma + at, *near, *far;
	int before, after, end, share;

	along_row = runs_along_row(m, w);
	across = along_row ? w : 1;
	stride = along_row ? 1 : w;
	side = abs(m[-across] - m[0]) >= abs(m[across] - m[0]) ? -across : across;
	before = along_row ? x : y;
	after = along_row ? w - 1 - x : picture->h - 1 - y;
	back = follow(m, side, -stride, nearer(before, REACH), &change[0]);
	forth = follow(m, side, stride, nearer(after, REACH), &change[1]);
	/* At the nearer end the edge steps towards this pixel's side, or away and it stays. */
	end = change[back < forth ? 0 : 1];
	if (end == 0 || (m[0] < m[side]) == (end < 0)) {
		return;
	}
	share = 128 - 256 * nearer(back, forth) / (back + forth);
	near = picture->rgba + 4 * at;
	far = near + 4 * side;
	for (int c = 0; c < 4; c++) {
		to[c] = (uint8_t)(near[c] + (((int)far[c] - near[c]) * share) / 256);
	}
}

/* from, count: inner pixels of row y. to: the first of them. */
static void smooth_row(const ef_unsmoothed_t *picture, int y, int from, int count, uint8_t *to)
{
	uint8_t mask[count];

	find_jumps(picture->luma + (size_t)y * picture->w + from, picture->w, count, mask);
	/* Most pixels are none: memchr passes over them faster than a loop. */
	for (const uint8_t *jump = memchr(mask, 1, count); jump != NULL;
		jump = memchr(jump + 1, 1, mask + count - jump - 1)) {
		int x = (int)(jump - mask);

		smooth(picture, from + x, y, to + (size_t)4 * x);
	}
}

void ef_antialias(const ef_unsmoothed_t *picture, const ef_area_t *area, uint8_t *to)
{
	size_t row = (size_t)4 * area->w;
	int end = area->x + area->w;
	int from = area->x > 0 ? area->x : 1, count = (end < picture->w ? end : end - 1) - from;

	for (int y = area->y; y < area->y + area->h; y++, to += row) {
		memcpy(to, picture->rgba + 4 * ((size_t)y * picture->w + area->x), row);
		if (y > 0 && y < picture->h - 1 && count > 0) {
			smooth_row(picture, y, from, count, to + (size_t)4 * (from - area->x));
		}
	}
}
