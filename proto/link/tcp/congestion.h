/* How well the TCP connections of an output carry what is sent. */
#ifndef EF_CONGESTION_H
#define EF_CONGESTION_H

#include <stdint.h>

/* Of the connection that carries it worst; zeros for a UNIX socket. */
typedef struct {
	int64_t unsent; /* bytes that the kernel has accepted and not sent yet */
	int64_t delay_ns; /* how much longer a round trip takes than the shortest did */
} ef_congestion_t;

#endif
