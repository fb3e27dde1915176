/* Credit: how many more messages a sender may send with the policy all, by the reader's receipts
 * (receipts.h). See "Receipts" in SPEC.md. */
#ifndef EF_CREDIT_H
#define EF_CREDIT_H

#include <czmq.h>

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
