/* Anti-aliasing of a finished image: smooths the steps of slanted edges, since the renderer takes one
 * sample per pixel. */
#ifndef EF_NODE_ANTIALIAS_H
#define EF_NODE_ANTIALIAS_H

#include <stddef.h>
#include <stdint.h>

#include "proto/picture/area.h"

/* A smoothed pixel depends on so many rows and columns to each side, at most. */
#define EF_ANTIALIAS_REACH 8

typedef struct {
	const uint8_t *rgba; /* 4 * w * h bytes R, G, B, A */
	const uint8_t *luma; /* w * h bytes, from ef_antialias_luma () */
	int w, h;
} ef_unsmoothed_t;

/* Finds the luma of count pixels. */
void ef_antialias_luma(const uint8_t *rgba, size_t count, uint8_t *luma);

/* Writes an area, smoothed, to `to`: 4 * area->w * area->h bytes. Reads the luma of EF_ANTIALIAS_REACH more pixels
 * to each side. */
void ef_antialias(const ef_unsmoothed_t *picture, const ef_area_t *area, uint8_t *to);

#endif
