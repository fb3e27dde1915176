/* How far the eyes are closed, from how high they stand open.
 *
 * Landmark trackers see less than the truth: dlib's lids meet at a third to two thirds of the open
 * height, which differs between people, glasses and light. So both ends of the range are learned
 * while the person blinks. */
#ifndef EYELIDS_H
#define EYELIDS_H

enum { EYE_LEFT, EYE_RIGHT, EYES };

typedef struct {
	/* Heights, as shares of the neutral face's. */
	double open, closed;
	/* The closing under way: its lowest height and how long it has lasted; 0 s: none. */
	double lowest, lasted;
} eyelids_t;

void eyelids_init(eyelids_t *lids);

/* height: each eye's, as a share of the neutral face's. Sets closure to 0 (open) to 1 (closed); it
 * may be a little outside. alert: the brows are up, so wide eyes say nothing of what is normal.
 * noise: how much less the difference of the two eyes can be trusted than in a clear picture of a
 * head that looks straight ahead; 1 for that. */
void eyelids_step(eyelids_t *lids, const double height[EYES], double dt, int alert, double noise,
	double closure[EYES]);

#endif
