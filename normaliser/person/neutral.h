/* The person's neutral face, and the rotation and place of the head at rest: learned in the first
 * second, corrected slowly afterwards. */
#ifndef EF_NEUTRAL_H
#define EF_NEUTRAL_H

#include "normaliser/geometry/sight.h"

#define EF_NEUTRAL_SAMPLES 64

typedef struct {
	int ready; /* the first second is over */
	int known, known_read; /* landmarks and read were given by ef_neutral_know () */
	double learned; /* seconds of tracked face seen */
	double next; /* when the next sample is due, on that clock */
	int count;
	ef_landmarks_t samples[EF_NEUTRAL_SAMPLES];
	ef_stance_t stances[EF_NEUTRAL_SAMPLES];
	ef_reading_t readings[EF_NEUTRAL_SAMPLES];
	ef_landmarks_t landmarks;
	ef_stance_t rest;
	ef_reading_t read; /* of the eyes that look at the camera */
} ef_neutral_t;

/* What one frame shows of the person. */
typedef struct {
	const ef_landmarks_t *landmarks;
	const ef_stance_t *stance;
	const ef_reading_t *read; /* NULL: none */
} ef_glimpse_t;

/* Starts with the mean face, looking straight ahead. */
void ef_neutral_init(ef_neutral_t *neutral);

/* The neutral face of this person is known already: in the first second only the head's rotation and
 * place at rest are learned, and read if it is NULL here. */
void ef_neutral_know(
	ef_neutral_t *neutral, const ef_landmarks_t *landmarks, const ef_reading_t *read);

/* Sets *sight to what a face shows, seen against the neutral one, which is learned from it during the
 * first second. dt: seconds since the last face. Returns 0, or -1 when it is none. */
int ef_neutral_see(ef_neutral_t *neutral, const ef_face_t *face, double dt, ef_sight_t *sight);

/* What that face shows of the person. It points into both. */
ef_glimpse_t ef_neutral_glimpse(const ef_face_t *face, const ef_sight_t *sight);

/* Adds a frame of the first second: the median of all so far becomes the neutral face. dt: seconds
 * since the last one. */
void ef_neutral_learn(ef_neutral_t *neutral, const ef_glimpse_t *seen, double dt);

/* Adds a later frame: slowly, and more slowly while it shows an expression or a turned head. */
void ef_neutral_follow(ef_neutral_t *neutral, const ef_glimpse_t *seen, double dt);

/* After a long absence: the neutral face is corrected faster for a while. */
void ef_neutral_loosen(ef_neutral_t *neutral);

#endif
