#include "proto/link/peers/socket_events.h"

#include <stdatomic.h>

#include "proto/base/memory.h"

struct ef_monitor {
	zsock_t *watched; /* borrowed */
	zsock_t *events;
};

ef_monitor_t *ef_monitor_new(zsock_t *socket, int events)
{
	/* Not the socket's address: ZeroMQ gives the name of a monitor free some time after its socket has gone, and
	 * the next one may lie where that lay. */
	static atomic_int count;
	ef_monitor_t *monitor = ef_memory_new(sizeof(*monitor));
	char endpoint[64];

	snprintf(endpoint, sizeof(endpoint), "inproc://monitor-%d", atomic_fetch_add(&count, 1));
	monitor->watched = socket;
	zmq_socket_monitor(zsock_resolve(socket), endpoint, events);
	monitor->events = zsock_new(ZMQ_PAIR);
	zsock_set_linger(monitor->events, 0);
	zsock_attach(monitor->events, endpoint, false);
	return monitor;
}

void ef_monitor_destroy(ef_monitor_t **monitor_p)
{
	ef_monitor_t *monitor = *monitor_p;

	if (monitor != NULL) {
		zmq_socket_monitor(zsock_resolve(monitor->watched), NULL, 0);
		zsock_destroy(&monitor->events);
		free(monitor);
		*monitor_p = NULL;
	}
}

void *ef_monitor_socket(const ef_monitor_t *monitor)
{
	return zsock_resolve(monitor->events);
}

/* An event has two parts: 16 bits of event and 32 of value, packed; and the endpoint. */
int ef_monitor_next(ef_monitor_t *monitor, int *value)
{
	void *socket = zsock_resolve(monitor->events);
	uint16_t event = 0;
	int32_t number = 0;
	zmq_msg_t part;

	zmq_msg_init(&part);
	if (zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) == sizeof(event) + sizeof(number)) {
		memcpy(&event, zmq_msg_data(&part), sizeof(event));
		memcpy(&number, (char *)zmq_msg_data(&part) + sizeof(event), sizeof(number));
	}
	while (zmq_msg_more(&part) && zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) != -1) {
	}
	zmq_msg_close(&part);
	*value = number;
	return event;
}
