/* Receipts that a stage owes: for messages that it has received, and may not have finished with. */
#ifndef EF_DUE_H
#define EF_DUE_H

#include "proto/link/receipts/credit.h"
#include "proto/link/receipts/receipts.h"

#define EF_DUES_MAX 16 /* more than a sender may have unread */

typedef struct {
	uint64_t seq;
	int ended;
} ef_due_t;

/* Zero-initialised: none. */
typedef struct {
	ef_due_t all[EF_DUES_MAX]; /* in the order in which the messages came */
	int count;
} ef_dues_t;

void ef_due_add(ef_dues_t *dues, const ef_head_t *head);

/* Gives the receipts of the messages that are finished with. next: the credit of the stage's own
 * output, whose reader must have read what was made of a message; NULL: all are. */
void ef_due_give(ef_dues_t *dues, ef_receipts_t *receipts, const ef_credit_t *next);

#endif
