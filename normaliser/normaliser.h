/* From faces to expressions: everything the stage remembers between two messages. */
#ifndef NORMALISER_H
#define NORMALISER_H

#include "proto/wire/message.h"

typedef struct normaliser normaliser_t;

/* NULL when memory runs out. */
normaliser_t *normaliser_new(void);
void normaliser_destroy(normaliser_t **normaliser);

/* The expression for a face, tracked or lost. Time is the head's t. Another src, or a seq or t that
 * jumps back, starts again with another person. */
void normaliser_step(normaliser_t *normaliser, const ef_head_t *head, const ef_face_t *face,
	ef_expression_t *expression);

#endif
