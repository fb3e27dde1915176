/* A stage's door: the bound PULL socket, and what is let in. */
#ifndef EF_PORT_H
#define EF_PORT_H

#include <zmq.h>

#include "proto/link/endpoint.h"
#include "proto/wire/message.h"

typedef struct ef_port ef_port_t;

/* Binds endpoints (a list) for messages of that kind. queue: whole messages kept for each peer; over
 * TCP their bytes are bounded instead (proto/link/peers.h). live: see ef_connection_bounds. NULL after logging why. */
ef_port_t *ef_port_new(const char *endpoints, ef_kind_t kind, int queue, int live);
void ef_port_destroy(ef_port_t **port);

/* For zmq_poll(). */
void *ef_port_socket(const ef_port_t *port);

/* Takes the next message that is there, and looks after the port's peers. Returns 1 with *message,
 * of the port's kind or EF_END, whose pixels lie in *raw (initialised by the caller, who keeps it as
 * long as them); 0 when there is none; -1 for one that is refused, with a static reason in *why. */
int ef_port_receive(ef_port_t *port, zmq_msg_t *raw, ef_message_t *message, const char **why);

/* Receives one message of one part into *raw, from any socket, flags as of zmq_msg_recv(). Returns
 * 1; 0 when none came; -1 for one of several parts, which are read and dropped. *bytes: what it took
 * on the wire; or NULL. */
int ef_part_receive(void *socket, zmq_msg_t *raw, int flags, uint64_t *bytes);

#endif
