/* Turns faces into expressions; keeps what the stage remembers between two messages. */
#ifndef EF_NORMALISER_H
#define EF_NORMALISER_H

#include <stddef.h>

#include "normaliser/person/profile.h"
#include "proto/wire/message.h"

typedef struct ef_normaliser ef_normaliser_t;

/* solver: path of the weights of the model "solver". Returns NULL with the reason in why. */
ef_normaliser_t *ef_normaliser_new(const char *solver, char *why, size_t why_size);
/* What is known of the person's face: it is copied, and holds from the next start of learning. */
void ef_normaliser_know(ef_normaliser_t *normaliser, const ef_profile_t *profile);

void ef_normaliser_destroy(ef_normaliser_t **normaliser);

/* Sets *expression for a face, tracked or lost. Time is the head's t. When src changes, seq or t
 * jumps back, or face->who changes, learning starts again for another person. */
void ef_normaliser_step(ef_normaliser_t *normaliser, const ef_head_t *head, const ef_face_t *face,
	ef_expression_t *expression);

/* True while the face is not the one of the profile. Then it is learned as without a profile. */
int ef_normaliser_sees_another(const ef_normaliser_t *normaliser);

#endif
