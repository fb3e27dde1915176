/* A 5 x 7 dot matrix font of printable ASCII. */
#ifndef EF_DOT_FONT_GLYPHS_H
#define EF_DOT_FONT_GLYPHS_H

#include <stdint.h>

#define EF_DOT_FONT_W 5
#define EF_DOT_FONT_H 8 /* the eighth row is for descenders */

/* Returns the five columns of a character from left to right, the lowest bit on top; those of
 * "?" for what is not printable ASCII. */
const uint8_t *ef_dot_font_glyph(char character);

/* Sets *first to the first column that is not empty, and returns the number of columns from
 * there to the last one that is not empty; for a space, its width. */
int ef_dot_font_extent(char character, int *first);

#endif
