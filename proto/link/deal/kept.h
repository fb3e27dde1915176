/* Messages that were dealt, or are to be dealt, and whose receipts have not come yet. */
#ifndef EF_KEPT_H
#define EF_KEPT_H

#include <stdint.h>
#include <zmq.h>

typedef struct {
	uint64_t seq;
	uint64_t number; /* how many were added before it */
	zmq_msg_t packed;
	uint32_t holders; /* bit w: worker w was sent it */
} ef_kept_t;

/* In the order in which they came; zero-initialised: empty. */
typedef struct {
	ef_kept_t *all;
	int count, room;
	uint64_t added;
} ef_kept_list_t;

void ef_kept_clear(ef_kept_list_t *list);

/* Takes the bytes of *packed, which is then empty. */
void ef_kept_add(ef_kept_list_t *list, zmq_msg_t *packed, uint64_t seq);

void ef_kept_remove(ef_kept_list_t *list, int at);

#endif
