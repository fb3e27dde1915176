/* The log of every stage: CZMQ's zsys on stderr, with the stage's name, and rate-limited
 * warnings for events that a peer can repeat. Use zsys_error (), zsys_warning () and zsys_info
 * () directly. */
#ifndef EF_LOG_H
#define EF_LOG_H

#include <stdint.h>

/* Writes the log to stderr under that name, which is borrowed. Call it once at the start. */
void ef_log_init(const char *name);

/* The name given to ef_log_init; "program" before that. */
const char *ef_log_name(void);

/* A rate limiter, zero-initialised: one line a second, and the number of lines suppressed since. */
typedef struct {
	int64_t next_ns;
	uint64_t suppressed;
} ef_limiter_t;

/* Logs a warning, or only counts it when this limiter logged one less than a second ago. */
void ef_warn_limited(ef_limiter_t *limiter, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
