/* The 1 euro filter: a low pass whose cut-off frequency follows the speed, so that a resting
 * signal is smoothed and a fast one is hardly delayed. Casiez, Roussel, Vogel: "1 euro filter: a
 * simple speed-based low-pass filter for noisy input in interactive systems", CHI 2012.
 *
 * Two things differ. The cut-off grows with the speed to the power of 1.5 instead of 1: the small speeds
 * of noise open the filter less, the great ones of a blink more. And the speed's own cut-off, in the
 * paper 1 Hz for all, is a setting: a blink is over before 1 Hz has noticed it (docs/fidelity.md). */
#ifndef EF_ONE_EURO_H
#define EF_ONE_EURO_H

typedef struct {
	double cutoff; /* Hz, at rest */
	double beta; /* Hz of cut-off at a speed of one unit a second */
	double speed_cutoff; /* Hz, of the speed */
} ef_one_euro_settings_t;

/* Zero-initialised: empty. */
typedef struct {
	int filled;
	double value, speed;
} ef_one_euro_t;

/* Returns the filtered value, dt seconds after the last one. The first value is returned unchanged;
 * when dt is not above 0 or value is not finite, the last result is returned again. */
double ef_one_euro_step(
	ef_one_euro_t *filter, const ef_one_euro_settings_t *settings, double value, double dt);

#endif
