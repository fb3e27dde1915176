#include "proto/link/tcp/tcp.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define NS_PER_US 1000

/* Two packets of an Ethernet wake the sender often enough to keep the link busy; 16 KB do it on loopback,
 * whose packets are larger. */
#define UNSENT_MAX 16384

uint64_t ef_tcp_received(int fd)
{
	struct tcp_info info = {0};
	socklen_t length = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
		return 0;
	}
	return info.tcpi_bytes_received;
}

void ef_tcp_limit_unsent(int fd)
{
	int most = UNSENT_MAX;

	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof(most));
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void ef_tcp_congestion(int fd, ef_congestion_t *congestion)
{
	struct tcp_info info = {0};
	socklen_t length = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
		return;
	}
	congestion->unsent = larger(congestion->unsent, info.tcpi_notsent_bytes);
	congestion->delay_ns = larger(congestion->delay_ns,
		NS_PER_US * ((int64_t)info.tcpi_rtt - (int64_t)info.tcpi_min_rtt));
}
