#include "proto/link/keys/retry.h"

#include <czmq.h>

#define AFTER_MS 1000 /* ZeroMQ itself tries again after 100 */

void ef_retry_event(ef_retry_t *retry, int event)
{
	switch (event) {
	case ZMQ_EVENT_DISCONNECTED:
		retry->lost_ms = zclock_mono();
		break;
	case ZMQ_EVENT_CONNECTED:
	case ZMQ_EVENT_CONNECT_RETRIED:
		retry->lost_ms = 0;
		break;
	default:
		break;
	}
}

int ef_retry_is_due(ef_retry_t *retry, int connections)
{
	if (retry->lost_ms == 0 || connections > 0 || zclock_mono() - retry->lost_ms < AFTER_MS) {
		return 0;
	}
	retry->lost_ms = zclock_mono();
	return 1;
}
