/* The person's neutral face, and the rotation and place of the head at rest: learned in the first
 * second, corrected slowly afterwards. */
#ifndef NEUTRAL_H
#define NEUTRAL_H

#include "normaliser/head_pose.h"

#define NEUTRAL_SAMPLES 64

/* Rotation and place of the head in one frame. */
typedef struct {
	double angles[3]; /* yaw, pitch, roll, radians, as rotation_angles () gives them */
	double place[3]; /* widths of the head, relative to the webcam */
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

/* Starts with the mean face, looking straight ahead. */
void neutral_init(neutral_t *neutral);

/* Adds a frame of the first second: the median of all so far becomes the neutral face. */
void neutral_learn(neutral_t *neutral, const shape_t *face, const stance_t *stance, double dt);

/* Adds a later frame. near: it shows hardly any expression, and the head is hardly turned. */
void neutral_follow(
	neutral_t *neutral, const shape_t *face, const stance_t *stance, double dt, int near);

/* After a long absence: the neutral face is corrected faster for a while. */
void neutral_loosen(neutral_t *neutral);

#endif
