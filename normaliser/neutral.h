/* The person's neutral face and where the head rests: learned from the first second, corrected
 * slowly afterwards. */
#ifndef NEUTRAL_H
#define NEUTRAL_H

#include "normaliser/head_pose.h"

#define NEUTRAL_SAMPLES 64

/* The head in one frame: what is relative to rest in the end. */
typedef struct {
	double angles[3]; /* yaw, pitch, roll, radians, as rotation_angles () gives them */
	double place[3]; /* widths of the head, before the camera */
} stance_t;

typedef struct {
	int ready; /* the first second is over */
	double learned; /* seconds of tracked face seen */
	double next; /* when the next sample is due, on that clock */
	int count;
	shape_t samples[NEUTRAL_SAMPLES];
	stance_t stances[NEUTRAL_SAMPLES];
	shape_t shape;
	stance_t rest;
} neutral_t;

/* Forgets everything: the mean face, looking straight ahead. */
void neutral_init(neutral_t *neutral);

/* Takes in a frame of the first second: the median of all so far becomes the neutral face. */
void neutral_learn(neutral_t *neutral, const shape_t *face, const stance_t *stance, double dt);

/* Takes in a later frame. near: it shows hardly any expression and no turn. */
void neutral_follow(
	neutral_t *neutral, const shape_t *face, const stance_t *stance, double dt, int near);

/* The face was away for long: what is known is trusted less, for a while. */
void neutral_loosen(neutral_t *neutral);

#endif
