/* The 68 landmarks of a face as points of a plane, x to the right, y up. */
#ifndef SHAPE_H
#define SHAPE_H

#include "proto/wire/message.h"

typedef struct {
	double p[EF_LANDMARKS][2];
} shape_t;

/* iBUG 300-W points that are met by name. Left and right are the subject's own: left is the
 * picture's right. */
enum {
	SIDE_RIGHT = 0,
	CHIN = 8,
	SIDE_LEFT = 16,
	NOSE_BRIDGE = 27,
	NOSE_BASE = 33,
	MOUTH_RIGHT = 48,
	MOUTH_LEFT = 54,
};

#endif
