/* What the kernel knows of a TCP connection. Apart, for <linux/tcp.h> and CZMQ's headers exclude
 * each other. */
#ifndef EF_TCP_H
#define EF_TCP_H

#include <stdint.h>

/* Bytes received so far. 0 for a UNIX socket, which has no such count. */
uint64_t ef_tcp_received(int fd);

#endif
