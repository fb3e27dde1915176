#include "proto/link/peers/retry.h"

#include <czmq.h>

#define PAUSE_MS 500 /* whatever is there may be there for long */

static int forget(ef_retry_t *retry, int fd)
{
	for (int i = 0; i < retry->count; i++) {
		if (retry->fds[i] == fd) {
			retry->fds[i] = retry->fds[--retry->count];
			return 1;
		}
	}
	return 0;
}

/* After the end of a connection that it will make again, ZeroMQ says so at once. */
void ef_retry_event(ef_retry_t *retry, int event, int fd)
{
	int was_lost = retry->lost;

	retry->lost = 0;
	if (event == ZMQ_EVENT_CONNECTED && retry->count < EF_RETRY_MAX) {
		forget(retry, fd);
		retry->fds[retry->count++] = fd;
	} else if (event == ZMQ_EVENT_DISCONNECTED) {
		retry->lost = forget(retry, fd);
	}
	retry->gave_up |= was_lost && event != ZMQ_EVENT_CONNECT_RETRIED;
	if (retry->lost) {
		retry->due_ms = zclock_mono() + PAUSE_MS;
	}
}

int ef_retry_is_due(ef_retry_t *retry)
{
	if ((!retry->lost && !retry->gave_up) || zclock_mono() < retry->due_ms) {
		return 0;
	}
	retry->lost = retry->gave_up = 0;
	return 1;
}
