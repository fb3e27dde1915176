/* Receipts: with the policy all, a reader tells the sender how many messages it has read.
 *
 * The reader of ENDPOINT publishes receipts at a second endpoint: ipc://PATH.receipts, or the
 * next TCP port. They let the sender limit the number of unread messages, and tell it when the
 * last one was read. See "Receipts" in SPEC.md. */
#ifndef EF_RECEIPTS_H
#define EF_RECEIPTS_H

#include <czmq.h>

#include "proto/wire/message.h"

/* The reader's side. */
typedef struct ef_receipts ef_receipts_t;

/* Publishes receipts for each endpoint of the list that is bound. Returns NULL after logging the
 * reason. */
ef_receipts_t *ef_receipts_new(const char *endpoints);

/* Sends the last receipt to the senders before it returns. */
void ef_receipts_destroy(ef_receipts_t **receipts);

/* For zmq_poll(): readable when ef_receipts_tend must be called, which accepts new senders. */
void *ef_receipts_socket(const ef_receipts_t *receipts);
void ef_receipts_tend(ef_receipts_t *receipts);

/* Publishes that a message with that head was read. */
void ef_receipts_give(ef_receipts_t *receipts, const ef_head_t *head);

/* The sender's side. */
typedef struct ef_credit ef_credit_t;

/* Follows the receipts of the reader at endpoint. Call it before link is connected to endpoint;
 * link must outlive the credit. Never NULL. */
ef_credit_t *ef_credit_new(zsock_t *link, const char *endpoint);
void ef_credit_destroy(ef_credit_t **credit);

/* Waits until one more message may be sent. Returns 0; -1 after a signal, or after logging that the
 * reader disconnected. */
int ef_credit_wait(ef_credit_t *credit);

/* Counts a message as sent. */
void ef_credit_spend(ef_credit_t *credit);

/* After an EF_END was sent: waits until it was read. A reader without receipts has read it when it
 * disconnects. Returns 0; -1 after a signal, or after logging how many messages were not read. */
int ef_credit_finish(ef_credit_t *credit);

#endif
