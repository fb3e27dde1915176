/* How much stronger or weaker than most people's this person's expressions are to be shown. */
#ifndef EF_GAINS_H
#define EF_GAINS_H

#include "normaliser/solver/appearance.h"

/* A face of which less is seen is shown as less, however small its largest expression is: a gain
 * makes the noise larger, too. */
#define EF_GAIN_MIN 0.7
#define EF_GAIN_MAX 1.6

/* Factors, EF_GAIN_MIN to EF_GAIN_MAX. Numbers only: they are stored as an array. */
typedef struct {
	double smile; /* of a mouth that is wide, with its corners up */
	double open; /* of the gap between the lips */
	double brows_up, brows_down;
} ef_gains_t;

/* Shows everything as it is seen. */
void ef_gains_init(ef_gains_t *gains);

/* The factor that makes 1 of the largest expression seen, as far as the limits allow. */
double ef_gain_for(double largest);

void ef_gains_apply(const ef_gains_t *gains, ef_appearance_t *seen);

#endif
