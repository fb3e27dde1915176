/* Kernel statistics of a TCP connection. In a file of its own, because <linux/tcp.h> conflicts with
 * CZMQ's headers. */
#ifndef EF_TCP_H
#define EF_TCP_H

#include <stdint.h>

/* Bytes received so far. 0 for a UNIX socket, which has no such count. */
uint64_t ef_tcp_received(int fd);

#endif
