/* Notices when ZeroMQ no longer tries to connect. It does so for ever once something answers that does not speak
 * its protocol: a captive portal, or another program on that port while a stage is started again. */
#ifndef EF_RETRY_H
#define EF_RETRY_H

#include <stdint.h>

#define EF_RETRY_MAX 16 /* connections that one socket makes */

/* Events that ef_retry_event takes from the monitor of a socket. */
#define EF_RETRY_EVENTS (ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_DISCONNECTED)

/* Zero-initialised: nothing happened yet. */
typedef struct {
	int fds[EF_RETRY_MAX]; /* of connections that the socket made */
	int count;
	int lost; /* the last event was that one of them ended */
	int gave_up;
	int64_t due_ms;
} ef_retry_t;

/* Takes the next event of the socket, and its value. */
void ef_retry_event(ef_retry_t *retry, int event, int fd);

/* Returns 1, once, half a second after ZeroMQ gave up: the caller then connects again. */
int ef_retry_is_due(ef_retry_t *retry);

#endif
