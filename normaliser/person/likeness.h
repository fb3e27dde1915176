/* Whether the face in the picture is the one of a profile.
 *
 * Compared are the corners of the eyes, the nose and, less, the brows, seen from the front, left and right
 * as one, over some seconds of a face that looks ahead. What another distance of the webcam explains is
 * taken away. */
#ifndef EF_LIKENESS_H
#define EF_LIKENESS_H

#include "normaliser/geometry/landmarks.h"

/* The number of points compared, left and right as one. */
#define EF_LIKENESS_POINTS 14

typedef struct {
	double seconds; /* of the face seen since the last comparison */
	int frames;
	double sum[EF_LIKENESS_POINTS][2]; /* of how far the points are from the profile's */
	int doubts; /* comparisons in a row by which it is somebody else */
	int is_other; /* it is somebody else */
} ef_likeness_t;

/* Starts by trusting the profile. */
void ef_likeness_init(ef_likeness_t *likeness);

/* Adds a face, tracked or lost. landmarks: the profile's. dt: seconds since the last face. Sets is_other
 * after two comparisons of five seconds each. */
void ef_likeness_step(
	ef_likeness_t *likeness, const ef_landmarks_t *landmarks, const ef_face_t *face, double dt);

/* How far those points are from a profile's, given the mean of the differences: a root mean square, of
 * which 1 is what noise and expressions make of one person's points. */
double ef_likeness_distance(const double mean[EF_LIKENESS_POINTS][2]);

#endif
