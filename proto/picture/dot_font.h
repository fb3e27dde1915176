/* The usual letters of a 5 x 7 dot matrix, for printable ASCII. */
#ifndef EF_SINK_FONT_H
#define EF_SINK_FONT_H

#include <stdint.h>

#define EF_FONT_W 5
#define EF_FONT_H 8 /* the eighth row is for descenders */

/* Five columns from left to right, the lowest bit on top. "?" for what is not printable ASCII. */
const uint8_t *ef_font_glyph(char character);

/* Sets the first column that is not empty, and returns how many there are from there on to the
 * last one; for a space, as many as it takes. */
int ef_font_extent(char character, int *first);

#endif
