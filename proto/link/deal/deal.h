/* Deals the messages of a stage to several workers: readers that do the same work and send what they
 * make of it to one and the same stage. Which worker gets a message is decided by receipts, not in turn:
 *
 * EF_ALL: the one with the fewest unread messages. A message is kept until its receipt, and dealt
 * again when its worker disconnects, or has been silent for 200 ms while another has nothing to do.
 * EF_LATEST: one that has read everything, else the one that will be ready first. A worker that has
 * been silent for 200 ms gets nothing while another one is there. */
#ifndef EF_DEAL_H
#define EF_DEAL_H

#include <zmq.h>

#include "proto/link/link_options.h"

#define EF_WORKERS_MAX 16

typedef struct ef_deal ef_deal_t;

/* Connects to each endpoint of the list. Returns NULL after logging the reason. */
ef_deal_t *ef_deal_new(const char *list, ef_policy_t policy);
void ef_deal_destroy(ef_deal_t **deal);

/* Sends a message, which is then empty. Under EF_ALL waits until a worker has room for it; an EF_END
 * goes to each worker, after everything before it was read. Returns 0; 1 when no worker is there
 * (EF_LATEST); -1 after a signal, or after logging why it cannot be sent. */
int ef_deal_send(ef_deal_t *deal, zmq_msg_t *packed, const ef_head_t *head);

/* After an EF_END under EF_ALL: waits until it was read. Returns 0; -1 after a signal, or after logging
 * the reason. */
int ef_deal_finish(ef_deal_t *deal);

/* Under EF_ALL, how many messages from the oldest one that is unread may be with so many workers. */
int ef_deal_ahead(int workers);

#endif
