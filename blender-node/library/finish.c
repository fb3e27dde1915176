/* A few rows at a time, so that they are read from memory once and never written back to it: the
 * smoothed pixels stay in the cache. */
#include "blender-node/library/finish.h"

#include "blender-node/library/antialias.h"
#include "blender-node/library/i420.h"

#define ROWS 8 /* even, for chroma */

size_t ef_finish_room(int w, int h)
{
	return (size_t)w * h + (size_t)4 * w * ROWS;
}

/* Finds the luma of the rows above `found` down to row y or the first. Returns the lowest found. */
static int find_luma(const uint8_t *rgba, int w, int y, int found, uint8_t *luma)
{
	size_t at;

	y = y > 0 ? y : 0;
	at = (size_t)y * w;
	ef_antialias_luma(rgba + 4 * at, (size_t)(found - y) * w, luma + at);
	return y;
}

void ef_finish(const uint8_t *rgba, int w, int h, uint8_t *room, uint8_t *i420)
{
	uint8_t *luma = room, *smooth = room + (size_t)w * h;
	const ef_unsmoothed_t picture = {rgba, luma, w, h};
	int found = h, first;

	/* From the top, where pairs of rows begin that share their chroma. */
	for (int end = h; end > 0; end = first) {
		first = end > ROWS ? end - ROWS : 0;
		found = find_luma(rgba, w, first - EF_ANTIALIAS_REACH, found, luma);
		ef_antialias(&picture, first, end - first, smooth);
		ef_convert_to_i420(smooth, w, h, first, end - first, i420);
	}
}
