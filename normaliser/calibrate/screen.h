/* What effigy-calibrate shows: on a terminal a few lines that are drawn anew in place, elsewhere a line
 * for each thing that happens. */
#ifndef EF_SCREEN_H
#define EF_SCREEN_H

#include <stdio.h>

#include "normaliser/calibrate/course.h"

typedef struct {
	FILE *file;
	int in_place; /* it is a terminal that can move its cursor, and is large enough */
	int drawn; /* lines that are drawn anew */
	int64_t next; /* when to draw again, capture time */
	ef_task_t task; /* the last one shown, and how far it was */
	int holds, tries;
	ef_course_wait_t waits;
} ef_screen_t;

/* file is borrowed. */
void ef_screen_init(ef_screen_t *screen, FILE *file);

/* Shows how far the course is, after a face of capture time t (ns). */
void ef_screen_show(ef_screen_t *screen, const ef_course_t *course, int64_t t);

#endif
