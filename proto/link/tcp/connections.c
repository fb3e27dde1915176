#include "proto/link/tcp/connections.h"

#include <sys/socket.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/base/problem.h"
#include "proto/link/peers/retry.h"
#include "proto/link/peers/socket_events.h"
#include "proto/link/tcp/tcp.h"

#define CONNECTIONS_MAX 16 /* as many as an endpoint list has endpoints */

struct ef_connections {
	ef_monitor_t *monitor;
	const char *endpoints; /* borrowed */
	ef_retry_t retry;
	ef_problem_t refused;
	int fds[CONNECTIONS_MAX];
	int count;
};

ef_connections_t *ef_connections_new(zsock_t *socket, const char *endpoints)
{
	ef_connections_t *connections = ef_memory_new(sizeof(*connections));

	connections->endpoints = endpoints;
	connections->monitor = ef_monitor_new(socket, EF_RETRY_EVENTS | ZMQ_EVENT_ACCEPTED |
							      ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
							      ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
	return connections;
}

void ef_connections_destroy(ef_connections_t **connections_p)
{
	ef_connections_t *connections = *connections_p;

	if (connections != NULL) {
		ef_monitor_destroy(&connections->monitor);
		free(connections);
		*connections_p = NULL;
	}
}

static void drop(ef_connections_t *connections, int fd)
{
	for (int i = 0; i < connections->count; i++) {
		if (connections->fds[i] == fd) {
			connections->fds[i] = connections->fds[--connections->count];
			return;
		}
	}
}

static void add(ef_connections_t *connections, int fd)
{
	/* The number of a connection that has just ended may be in use again. */
	drop(connections, fd);
	if (connections->count < CONNECTIONS_MAX) {
		connections->fds[connections->count++] = fd;
		ef_tcp_limit_unsent(fd);
	}
}

static void follow_handshake(ef_connections_t *connections, int event)
{
	static const char why[] = "the other machine does not allow this one's key";

	if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
		ef_problem_clear(&connections->refused);
	} else if (ef_problem_is_new(&connections->refused, why, ef_now_ns())) {
		zsys_warning(
			"%s: %s; exchange keys with: effigy pair", connections->endpoints, why);
	}
}

int ef_connections_gave_up(ef_connections_t *connections)
{
	return ef_retry_is_due(&connections->retry);
}

void ef_connections_cut(ef_connections_t *connections)
{
	for (int i = 0; i < connections->count; i++) {
		shutdown(connections->fds[i], SHUT_RDWR);
	}
}

ef_congestion_t ef_connections_tend(ef_connections_t *connections)
{
	ef_congestion_t congestion = {0};
	int event, fd;

	while ((event = ef_monitor_next(connections->monitor, &fd)) != 0) {
		ef_retry_event(&connections->retry, event, fd);
		if (event == ZMQ_EVENT_DISCONNECTED) {
			drop(connections, fd);
		} else if (event == ZMQ_EVENT_CONNECTED || event == ZMQ_EVENT_ACCEPTED) {
			add(connections, fd);
		} else if (event != ZMQ_EVENT_CONNECT_RETRIED) {
			follow_handshake(connections, event);
		}
	}
	for (int i = 0; i < connections->count; i++) {
		ef_tcp_congestion(connections->fds[i], &congestion);
	}
	return congestion;
}
