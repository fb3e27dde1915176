/* Under the policy all: how far a reader has read, told to the stage before it.
 *
 * The reader of ENDPOINT publishes receipts on a socket beside it: ipc://PATH.receipts, or the next
 * TCP port. The sender has only so many messages under way, and knows when its last one was read.
 * SPEC.md, "Receipts". */
#ifndef EF_RECEIPTS_H
#define EF_RECEIPTS_H

#include <czmq.h>

#include "proto/wire/message.h"

/* The reader's side. */
typedef struct ef_receipts ef_receipts_t;

/* Publishes beside each endpoint of the list that is bound. NULL after logging why. */
ef_receipts_t *ef_receipts_new(const char *endpoints);

/* What was given last still reaches who listens. */
void ef_receipts_destroy(ef_receipts_t **receipts);

/* For zmq_poll(): readable when ef_receipts_tend is due, which lets senders in. */
void *ef_receipts_socket(const ef_receipts_t *receipts);
void ef_receipts_tend(ef_receipts_t *receipts);

/* Tells that a message with that head has been read. */
void ef_receipts_give(ef_receipts_t *receipts, const ef_head_t *head);

/* The sender's side. */
typedef struct ef_credit ef_credit_t;

/* Follows the receipts of who reads at endpoint, to which link is about to be connected, and which
 * must outlive this. Never NULL. */
ef_credit_t *ef_credit_new(zsock_t *link, const char *endpoint);
void ef_credit_destroy(ef_credit_t **credit);

/* Waits until one more message may be sent. Returns 0, or -1: after a signal, or after logging that
 * the reader has gone. */
int ef_credit_wait(ef_credit_t *credit);

/* A message has been sent. */
void ef_credit_spend(ef_credit_t *credit);

/* Once an EF_END was sent: waits until it was read. A reader that gives no receipts has read it when
 * it hangs up. Returns 0, or -1: after a signal, or after logging how many messages were not read. */
int ef_credit_finish(ef_credit_t *credit);

#endif
