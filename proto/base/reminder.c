#include "proto/base/reminder.h"

#include <stdio.h>
#include <string.h>

#include "proto/base/clock.h"

#define REMIND_NS INT64_C(60000000000)

int ef_reminder_due(ef_reminder_t *reminder, const char *text)
{
	int64_t now = ef_now_ns();

	if (strncmp(reminder->text, text, sizeof(reminder->text) - 1) == 0 &&
		now < reminder->next_ns) {
		return 0;
	}
	snprintf(reminder->text, sizeof(reminder->text), "%s", text);
	reminder->next_ns = now + REMIND_NS;
	return 1;
}

void ef_reminder_reset(ef_reminder_t *reminder)
{
	*reminder = (ef_reminder_t){0};
}
