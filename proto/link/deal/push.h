/* The output socket of a stage. */
#ifndef EF_PUSH_H
#define EF_PUSH_H

#include <czmq.h>

#include "proto/link/link_options.h"

/* A PUSH socket that is not connected yet. Never NULL. */
zsock_t *ef_push_new(const char *endpoint, ef_policy_t policy);

/* Sends the message, which is then empty. Returns 0; 1 when it was not accepted; -1 after logging
 * why it cannot be sent. Under EF_ALL it waits up to 100 ms. */
int ef_push_send(zsock_t *push, zmq_msg_t *message);

#endif
