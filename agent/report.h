/* The report of one stage, of its statistics and of what its supervisor wrote about it. */
#ifndef EF_AGENT_REPORT_H
#define EF_AGENT_REPORT_H

#include "proto/wire/message.h"

#define EF_STATISTICS_MAX 16384 /* bytes of a statistics file that are read */

/* What supervise/stage.sh writes when it starts a stage, in seconds of /proc/uptime. */
typedef struct {
	int pid; /* 0: the stage has no supervisor */
	int began, failures, until; /* it waits until then before it starts the stage */
	char process; /* state of the process, as in /proc/PID/stat; 0: there is none */
} ef_supervised_t;

/* Reads "PID BEGAN FAILURES UNTIL" into all fields but process; all are 0 for another text. */
void ef_supervised_parse(ef_supervised_t *supervised, const char *text);

/* Makes the report of the named stage. statistics: its JSON object, size bytes, which may be
 * anything; "" when there is none. written_s: the seconds since the file was written or touched.
 * now_s: seconds of /proc/uptime. The states are those of effigy status. */
void ef_report_make(ef_report_t *report, const char *stage, const char *statistics, size_t size,
	double written_s, const ef_supervised_t *supervised, double now_s);

#endif
