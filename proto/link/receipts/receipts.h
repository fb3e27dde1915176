/* Receipts: with the policy all, a reader tells the sender how many messages it has read.
 *
 * This is the reader's side; credit.h is the sender's. The reader of ENDPOINT publishes receipts
 * at a second endpoint: ipc://PATH.receipts, or the next TCP port. They let the sender limit the
 * number of unread messages, and tell it when the last one was read. See "Receipts" in SPEC.md. */
#ifndef EF_RECEIPTS_H
#define EF_RECEIPTS_H

#include <czmq.h>

#include "proto/wire/message.h"

typedef struct ef_receipts ef_receipts_t;

/* Binds the receipts of each endpoint of the list that is bound. Returns NULL after logging the
 * reason. */
ef_receipts_t *ef_receipts_new(const char *endpoints);

/* Publishes that nothing was read yet: senders begin. */
void ef_receipts_begin(ef_receipts_t *receipts);

/* Sends the last receipt to the senders before it returns. */
void ef_receipts_destroy(ef_receipts_t **receipts);

/* For zmq_poll(): readable when ef_receipts_tend must be called, which accepts new senders. */
void *ef_receipts_socket(const ef_receipts_t *receipts);
void ef_receipts_tend(ef_receipts_t *receipts);

/* Publishes that the message with that seq was read. ended: it was an EF_END. */
void ef_receipts_give(ef_receipts_t *receipts, uint64_t seq, int ended);

/* Writes the endpoint of the receipts of one endpoint to text; empty when there is none. */
void ef_receipts_endpoint(const char *endpoint, char *text, size_t size);

#endif
