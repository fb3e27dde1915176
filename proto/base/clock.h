/* Time and host identity for the wire's messages. */
#ifndef EF_CLOCK_H
#define EF_CLOCK_H

#include <stdint.h>

/* The current time in nanoseconds of CLOCK_MONOTONIC. */
int64_t ef_now_ns(void);

/* The current time in seconds since the machine started, including suspend: the clock of
 * /proc/uptime, which scripts can read. */
double ef_boot_seconds(void);

/* Sleeps until the given CLOCK_MONOTONIC time, or until a signal arrives. */
void ef_sleep_until(int64_t ns);

/* Names the running kernel: the first 8 hex digits of its boot id. Monotonic clocks of two
 * processes can be compared exactly when their ids are equal, also across containers and network
 * namespaces. Static storage. */
const char *ef_host_id(void);

#endif
