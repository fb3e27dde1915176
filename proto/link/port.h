/* The input socket of a stage: a bound PULL socket, and the check of which messages it accepts. */
#ifndef EF_PORT_H
#define EF_PORT_H

#include <zmq.h>

#include "proto/link/endpoint.h"
#include "proto/link/link_options.h"

typedef struct ef_port ef_port_t;

/* Binds the endpoint. Each peer may have some complete messages queued; over TCP their bytes are
 * limited instead (proto/link/peers/peers.h). Returns NULL after logging the reason. */
ef_port_t *ef_port_new(const ef_link_options_t *options);
void ef_port_destroy(ef_port_t **port);

/* For zmq_poll(). */
void *ef_port_socket(const ef_port_t *port);

/* Takes the next message from the queue without waiting, and enforces the limits on the port's
 * peers. Returns 1 with *message, which is of the port's kind or EF_END; its pixels point into
 * *raw, which the caller initialises and keeps as long as the pixels are used. Returns 0 when
 * there is no message, and -1 for a message that was refused, with the reason, a static string,
 * in *why. */
int ef_port_receive(ef_port_t *port, zmq_msg_t *raw, ef_message_t *message, const char **why);

/* Receives one message of one part from any socket into *raw; flags as for zmq_msg_recv().
 * Returns 1; 0 when no message came; -1 for a message of several parts, all of which are read
 * and dropped. bytes may be NULL; else *bytes is the size that the message had on the wire. */
int ef_part_receive(void *socket, zmq_msg_t *raw, int flags, uint64_t *bytes);

#endif
