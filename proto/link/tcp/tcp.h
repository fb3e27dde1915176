/* Kernel statistics and settings of a TCP connection. In a file of its own, because <linux/tcp.h>
 * conflicts with CZMQ's headers. */
#ifndef EF_TCP_H
#define EF_TCP_H

#include "proto/link/tcp/congestion.h"

/* Bytes received so far. 0 for a UNIX socket, which has no such count. */
uint64_t ef_tcp_received(int fd);

/* Lets the kernel accept more only while less than 16 KB wait to be sent: what waits in the sender can
 * still be replaced by something newer, what waits in the kernel cannot. Does nothing for a UNIX
 * socket. */
void ef_tcp_limit_unsent(int fd);

/* Raises *congestion to that of the connection. */
void ef_tcp_congestion(int fd, ef_congestion_t *congestion);

#endif
