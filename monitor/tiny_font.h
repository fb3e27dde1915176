/* A font of digits and letters, 3 x 5 dots each. */
#ifndef EF_GLYPHS_H
#define EF_GLYPHS_H

#define EF_FONT_W 3
#define EF_FONT_H 5

/* True when that dot of the character is set. Upper and lower case look the same; an unknown
 * character is blank. */
int ef_font_dot(char character, int column, int row);

#endif
