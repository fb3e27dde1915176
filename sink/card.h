/* The stand-by card: what the camera shows while there is no render. Drawn from nothing but its
 * text, so that nothing else can be on it. */
#ifndef EF_SINK_CARD_H
#define EF_SINK_CARD_H

#include <stddef.h>
#include <stdint.h>

/* The size of a line's letters: dots of the 5 x 7 matrix are this many pixels. */
typedef struct {
	double dot; /* pixels */
	int lines; /* 1 or 2 */
	size_t split; /* of two lines: length of the first; a space follows it */
} ef_card_fit_t;

/* Fits text into width pixels: dots of the given size, else in two lines, else smaller. */
ef_card_fit_t ef_card_fit(const char *text, double dot, int width);

/* Draws the card on a w x h I420 picture, even sides: the name, the state in a few words and a
 * sentence about what to do. */
void ef_card_draw(uint8_t *i420, int w, int h, const char *state, const char *hint);

#endif
