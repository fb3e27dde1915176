/* Connection events of a ZeroMQ socket. */
#ifndef EF_MONITOR_H
#define EF_MONITOR_H

#include <czmq.h>

typedef struct ef_monitor ef_monitor_t;

/* Watches socket for events, a mask of ZMQ_EVENT_... Call it before the socket is bound or
 * connected, so that no event is missed. The socket must outlive the monitor. Never NULL. */
ef_monitor_t *ef_monitor_new(zsock_t *socket, int events);
void ef_monitor_destroy(ef_monitor_t **monitor);

/* For zmq_poll(). */
void *ef_monitor_socket(const ef_monitor_t *monitor);

/* The next event, or 0 when there is none. *value is the file descriptor of the connection, where
 * the event has one. Never waits. */
int ef_monitor_next(ef_monitor_t *monitor, int *value);

#endif
