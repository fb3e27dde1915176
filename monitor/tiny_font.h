/* Digits and letters of 3 x 5 dots. */
#ifndef EF_GLYPHS_H
#define EF_GLYPHS_H

#define EF_FONT_W 3
#define EF_FONT_H 5

/* True when that dot of the character is set. Letters have one case; what is unknown is blank. */
int ef_font_dot(char character, int column, int row);

#endif
