/* Computes how far the eyes are closed from the height between the lids.
 *
 * Landmark trackers underestimate a blink: for closed eyes dlib still gives a third to two
 * thirds of the open height, depending on person, glasses and light. So both ends of the range
 * are learned while the person blinks. */
#ifndef EF_EYELIDS_H
#define EF_EYELIDS_H

enum { EF_EYE_LEFT, EF_EYE_RIGHT, EF_EYES };

typedef struct {
	/* Heights, as shares of the neutral face's. */
	double open, closed;
	/* The closure in progress: its lowest height and its duration in seconds; 0: none. */
	double lowest, lasted;
} ef_eyelids_t;

void ef_eyelids_init(ef_eyelids_t *lids);

/* height: of each eye, as a share of the neutral face's. Sets closure to 0 (open) to 1 (closed);
 * it may be slightly outside. alert: the brows are raised, so the eyes are wider than normal.
 * noise: of the difference between the two eyes, relative to a sharp image of a head that looks
 * straight ahead (1). */
void ef_eyelids_step(ef_eyelids_t *lids, const double height[EF_EYES], double dt, int alert,
	double noise, double closure[EF_EYES]);

#endif
