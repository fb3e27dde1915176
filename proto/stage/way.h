/* The time that messages need from the stage before: between its out_ns and this stage's in_ns. */
#ifndef EF_WAY_H
#define EF_WAY_H

#include "proto/wire/message.h"

#define EF_WAY_SAMPLES 512 /* the newest ones are kept: eight seconds at 60 a second */

/* Zero-initialised. When the stage before runs on another host, the times are of two clocks: any
 * number may be added to all of them. */
typedef struct {
	char host[EF_NAME_MAX + 1]; /* of the stage before */
	size_t count, next;
	struct {
		int64_t at_ns, way_ns;
	} samples[EF_WAY_SAMPLES]; /* a ring */
} ef_way_log_t;

/* Notes a message that has arrived at now_ns; the last hop of its head is that of the stage before.
 * Messages of one host are noted: those of another only when that one has sent nothing for 2 s. */
void ef_way_note(ef_way_log_t *log, const ef_head_t *head, int64_t now_ns);

/* The percentiles of the last ten seconds. Returns 1, or 0 when nothing has come. */
int ef_way_sum(const ef_way_log_t *log, int64_t now_ns, ef_way_t *way);

#endif
