/* The stand-by card: the picture that the virtual camera shows while there is no render. It is
 * drawn from its text alone, so that it cannot show anything else. */
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

/* Fits text into width pixels: on one line with dots of the given size, else on two lines, else on
 * two with smaller dots. */
ef_card_fit_t ef_card_fit(const char *text, double dot, int width);

/* Draws the card on a w x h I420 picture, w and h even: the name Effigy, the state in a few words,
 * and a hint about what to do. */
void ef_card_draw(uint8_t *i420, int w, int h, const char *state, const char *hint);

#endif
