/* Puts messages of several workers in the order of their seq, and drops those that came before:
 * for the policy all. It waits for a missing one until it holds as many later ones as their sender
 * may have dealt ahead (deal.h): then the missing one does not exist. */
#ifndef EF_ORDER_H
#define EF_ORDER_H

#include <stdint.h>
#include <zmq.h>

typedef struct ef_order ef_order_t;

/* workers: how many send, 1 or more. Never NULL. */
ef_order_t *ef_order_new(int workers);
void ef_order_destroy(ef_order_t **order);

/* Takes the bytes of *message, which is then empty. Returns 1; 0 when one with that seq was taken
 * before, and *message is unchanged. */
int ef_order_put(ef_order_t *order, zmq_msg_t *message, uint64_t seq);

/* Takes the bytes of an EF_END, which is given after all others; none is waited for any more. */
void ef_order_end(ef_order_t *order, zmq_msg_t *end);

/* Moves the next message to *message, which the caller has initialised. Returns 1, or 0 when the
 * next one has not come yet. */
int ef_order_take(ef_order_t *order, zmq_msg_t *message);

#endif
