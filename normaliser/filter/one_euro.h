/* The 1 euro filter: a low pass whose cut-off frequency follows the speed, so that a resting
 * signal is smoothed and a fast one is hardly delayed. Casiez, Roussel, Vogel: "1 euro filter: a
 * simple speed-based low-pass filter for noisy input in interactive systems", CHI 2012. */
#ifndef EF_ONE_EURO_H
#define EF_ONE_EURO_H

typedef struct {
	double cutoff; /* Hz, at rest */
	double beta; /* Hz of cut-off for each unit a second */
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
