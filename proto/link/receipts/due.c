#include "proto/link/receipts/due.h"

#include <string.h>

void ef_due_add(ef_dues_t *dues, const ef_head_t *head)
{
	/* Only a sender that does not read receipts sends so many. */
	if (dues->count == EF_DUES_MAX) {
		memmove(&dues->all[0], &dues->all[1], (EF_DUES_MAX - 1) * sizeof(dues->all[0]));
		dues->count--;
	}
	dues->all[dues->count++] = (ef_due_t){head->seq, head->kind == EF_END};
}

/* When the end was read, what had come before it counts no more. */
static int is_done(const ef_due_t *due, const ef_credit_t *next)
{
	return next == NULL || ef_credit_ended(next) ||
	       (!due->ended && !ef_credit_owes(next, due->seq));
}

void ef_due_give(ef_dues_t *dues, ef_receipts_t *receipts, const ef_credit_t *next)
{
	int done = 0;

	while (done < dues->count && is_done(&dues->all[done], next)) {
		ef_receipts_give(receipts, dues->all[done].seq, dues->all[done].ended);
		done++;
	}
	dues->count -= done;
	memmove(&dues->all[0], &dues->all[done], (size_t)dues->count * sizeof(dues->all[0]));
}
