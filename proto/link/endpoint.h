/* Endpoints: which of them leave this machine, and the files behind those that are bound.
 *
 * An endpoint list is ZeroMQ endpoints separated by commas, each with or without CZMQ's prefix
 * @ (bind) or > (connect). */
#ifndef EF_ENDPOINT_H
#define EF_ENDPOINT_H

#include <czmq.h>

/* 0 when every endpoint of the list may be used: local (ipc, inproc, loopback tcp), or insecure is
 * set, which warns; else -1 after logging what to do. */
int ef_endpoint_check(const char *list, int insecure);

/* Bounds the time that a connection of socket may hang: a peer that says nothing at its beginning
 * is let go after 1.5 s, and a TCP peer whose machine does not answer after 2 s. With live, so is
 * one that takes nothing of what is sent. The kernel looks after that: ZeroMQ's own heartbeats make
 * libzmq 4.3.4 abort when a peer hangs up whose queue is full. Before the socket is bound or
 * connected. */
void ef_connection_bounds(zsock_t *socket, const char *list, int live);

/* True when every endpoint of the list stays on this machine: ipc, inproc, or loopback tcp. */
int ef_endpoint_is_local(const char *list);

/* True when one of the list is TCP. */
int ef_endpoint_is_tcp(const char *list);

/* How many endpoints the list has. */
int ef_endpoint_count(const char *list);

typedef struct ef_bound ef_bound_t;

/* Takes the lock of each UNIX socket of the list that is to be bound (all but those with >), before
 * it is bound. NULL after logging who has it. */
ef_bound_t *ef_bound_new(const char *list);

/* Removes the files of the UNIX sockets, which ZeroMQ leaves, and lets the locks go. Call it when
 * the socket is closed. */
void ef_bound_destroy(ef_bound_t **bound);

#endif
