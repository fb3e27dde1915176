/* A problem that lasts, such as a missing device, is logged when it is new and then once a minute. */
#ifndef EF_REMINDER_H
#define EF_REMINDER_H

#include <stdint.h>

/* Zero-initialised. */
typedef struct {
	char text[512]; /* logged last; empty: none */
	int64_t next_ns; /* when to log it again */
} ef_reminder_t;

/* True when text has to be logged now: it differs from the one logged last, or that was a minute
 * ago. The caller then logs it. */
int ef_reminder_due(ef_reminder_t *reminder, const char *text);

/* The problem is over: the next one is logged, even when it is the same. */
void ef_reminder_reset(ef_reminder_t *reminder);

#endif
