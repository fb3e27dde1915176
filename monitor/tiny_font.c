#include "monitor/tiny_font.h"

/* A row of three dots is one octal digit, the top row first. */
static const unsigned short digits[10] = {
	075557, 026227, 071747, 071317, 055711, 074717, 074757, 071122, 075757, 075717};
static const unsigned short letters[26] = {025755, 065656, 034443, 065556, 074647, 074644, 034553,
	055755, 072227, 011152, 055655, 044447, 057755, 065555, 025552, 065644, 025521, 065655,
	034216, 072222, 055557, 055552, 055775, 055255, 055222, 071247};

static unsigned glyph(char c)
{
	if (c >= '0' && c <= '9') {
		return digits[c - '0'];
	}
	if (c >= 'a' && c <= 'z') {
		return letters[c - 'a'];
	}
	if (c >= 'A' && c <= 'Z') {
		return letters[c - 'A'];
	}
	return c == '.' ? 02 : c == '-' ? 00700 : 0;
}

int ef_font_dot(char character, int column, int row)
{
	return glyph(character) >> (3 * (EF_FONT_H - 1 - row) + EF_FONT_W - 1 - column) & 1;
}
