/* Computes how far the eyes are closed from the height between the lids.
 *
 * Landmark trackers underestimate a blink: for closed eyes dlib still gives a third to two
 * thirds of the open height, depending on person, glasses and light. So both ends of the range
 * are learned while the person blinks. */
#ifndef EYELIDS_H
#define EYELIDS_H

enum { EYE_LEFT, EYE_RIGHT, EYES };

typedef struct {
	/* Heights, as shares of the neutral face's. */
	double open, closed;
	/* The closure in progress: its lowest height and its duration in seconds; 0: none. */
	double lowest, lasted;
} eyelids_t;

void eyelids_init(eyelids_t *lids);

/* height: of each eye, as a share of the neutral face's. Sets closure to 0 (open) to 1 (closed);
 * it may be slightly outside. alert: the brows are raised, so the eyes are wider than normal.
 * noise: of the difference between the two eyes, relative to a sharp image of a head that looks
 * straight ahead (1). */
void eyelids_step(eyelids_t *lids, const double height[EYES], double dt, int alert, double noise,
	double closure[EYES]);

#endif
