/* Both ends of a link, for the tests of links. They carry messages of EF_CONTROL. */
#ifndef EF_LINK_ENDS_H
#define EF_LINK_ENDS_H

#include <sys/resource.h>

#include "proto/link/link.h"

#define UNIT_WAIT_MS 20000 /* timeout for an expected event */

ef_input_t *unit_input(const char *endpoint, ef_policy_t policy);
ef_output_t *unit_output(const char *endpoint, ef_policy_t policy);
ef_output_t *unit_tap(const char *endpoint, ef_policy_t policy);

/* A message, and an EF_END, with that seq. */
ef_message_t unit_message(uint64_t seq);
ef_message_t unit_end(uint64_t seq);

/* Receives the next message; fails after UNIT_WAIT_MS. Returns the number refused meanwhile. */
uint64_t unit_receive(ef_input_t *input, ef_message_t *message);

/* Sends until one arrives: under EF_LATEST nothing is queued without a reader. */
void unit_send_until_received(ef_output_t *output, ef_input_t *input);

/* A TCP port of the loopback without a listener, and a connection to a port. */
int unit_free_port(void);
int unit_connect(int port);

/* Growth of this program's memory since, in kB; 0 under sanitizers, which keep freed memory. */
long unit_growth(const struct rusage *before);

#endif
