/* Whether a live message of one of several workers still has its turn: what another worker has made of
 * a later one was there first. The newest message wins, so none is waited for. */
#ifndef EF_TURN_H
#define EF_TURN_H

#include "proto/wire/message.h"

/* Zero-initialised: nothing has come. */
typedef struct {
	int begun;
	char src[EF_NAME_MAX + 1];
	int64_t t; /* of the newest message */
	int64_t came_ms;
} ef_turn_t;

/* Returns 1 when the message with that head, which has come at now_ms, is to be used; 0 when it is
 * late, or was made by a worker without work while others have some. Compares t and not seq, which
 * starts again with the source. */
int ef_turn_take(ef_turn_t *turn, const ef_head_t *head, int64_t now_ms);

#endif
