/* Chooses which of the detected faces drives the character. */
#ifndef EF_CHOICE_H
#define EF_CHOICE_H

#include "tracker/dlib_detector.h"

/* Area of the intersection of two boxes (x, y, w, h) over that of their union, 0..1. */
float ef_box_overlap(const float a[4], const float b[4]);

/* The index of the main face among count, the largest and most central in a w x h frame. -1 when
 * there is none. */
int ef_choose_face(const ef_found_t *found, int count, int w, int h);

/* The index of the next face to the right of the box from, or when there is none or from is NULL, of
 * the leftmost; of those exactly above each other the upper one comes first. -1 when there are no
 * faces. */
int ef_choose_next(const ef_found_t *found, int count, const float *from);

#endif
