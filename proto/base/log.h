/* One log for every stage: CZMQ's zsys on stderr, with the stage's name, and rate-limited lines for
 * what a peer can repeat. Use zsys_error (), zsys_warning () and zsys_info () directly. */
#ifndef EF_LOG_H
#define EF_LOG_H

#include <stdint.h>

/* Sends the log to stderr as name, which is borrowed; call once at start. */
void ef_log_init(const char *name);

/* That name; "program" before ef_log_init. */
const char *ef_log_name(void);

/* A rate limiter, zero-initialised: one line a second, and the count of those held back. */
typedef struct {
	int64_t next_ns;
	uint64_t held_back;
} ef_limiter_t;

/* Logs a warning, or counts it when the last one of this limiter is less than a second ago. */
void ef_warn_limited(ef_limiter_t *limiter, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
