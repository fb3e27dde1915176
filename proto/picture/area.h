/* A rectangle of a picture. */
#ifndef EF_AREA_H
#define EF_AREA_H

typedef struct {
	int x, y, w, h; /* pixels; rows are counted as they lie in memory */
} ef_area_t;

#endif
