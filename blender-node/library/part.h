/* A part of a picture whose first row is the bottom one, as OpenGL has it. */
#ifndef EF_NODE_PART_H
#define EF_NODE_PART_H

typedef struct {
	int x, y, w, h; /* pixels, from the lower left corner; w or h 0: nothing */
} ef_part_t;

#endif
