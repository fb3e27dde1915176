#include "proto/link/peers.h"

#include <sys/socket.h>

#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/link/socket_events.h"
#include "proto/link/tcp.h"

#define ALLOWANCE_MIN ((uint64_t)2 << 20) /* a thousand small messages */
#define SILENT_MS 2000 /* a sender that sent nothing for this time may be replaced */

typedef struct {
	int fd;
	uint64_t read; /* bytes received and read, roughly: ZMTP commands are not counted */
	int heard; /* a complete message was read since the last ef_peers_drained */
	int64_t heard_ms; /* time of its last message, or of its connection */
} peer_t;

struct ef_peers {
	ef_peers_kind_t kind;
	const char *name;
	uint64_t allowance; /* limit of unread bytes for each peer */
	ef_monitor_t *monitor;
	peer_t peers[EF_LISTENERS_MAX];
	int count;
	ef_limiter_t limiter;
};

ef_peers_t *ef_peers_new(
	zsock_t *socket, ef_peers_kind_t kind, const char *name, size_t message_max)
{
	ef_peers_t *peers = ef_memory_new(sizeof(*peers));

	peers->kind = kind;
	peers->name = name;
	/* One message is being read while the next one arrives. */
	peers->allowance = message_max + message_max / 2;
	if (peers->allowance < ALLOWANCE_MIN) {
		peers->allowance = ALLOWANCE_MIN;
	}
	peers->monitor = ef_monitor_new(
		socket, ZMQ_EVENT_CONNECTED | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED);
	return peers;
}

void ef_peers_destroy(ef_peers_t **peers_p)
{
	ef_peers_t *peers = *peers_p;

	if (peers != NULL) {
		ef_monitor_destroy(&peers->monitor);
		free(peers);
		*peers_p = NULL;
	}
}

/* ZeroMQ notices that the connection is closed, and frees everything that belongs to it. */
static void cut(ef_peers_t *peers, int fd, const char *why)
{
	shutdown(fd, SHUT_RDWR);
	ef_warn_limited(&peers->limiter, "closed a connection to %s: %s", peers->name, why);
}

static peer_t *find(ef_peers_t *peers, int fd)
{
	for (int i = 0; i < peers->count; i++) {
		if (peers->peers[i].fd == fd) {
			return &peers->peers[i];
		}
	}
	return NULL;
}

static peer_t *find_most_silent(ef_peers_t *peers)
{
	peer_t *silent = &peers->peers[0];

	for (int i = 1; i < peers->count; i++) {
		if (peers->peers[i].heard_ms < silent->heard_ms) {
			silent = &peers->peers[i];
		}
	}
	return silent;
}

/* At the limit, the new connection replaces a silent sender, or else is closed: a peer that
 * connects repeatedly must not displace an active sender. */
static void accepted(ef_peers_t *peers, int fd)
{
	int64_t now = zclock_mono();
	peer_t *place = &peers->peers[peers->count];

	if (peers->count == (peers->kind == EF_SENDERS ? EF_SENDERS_MAX : EF_LISTENERS_MAX)) {
		place = find_most_silent(peers);
		if (peers->kind == EF_LISTENERS || now - place->heard_ms < SILENT_MS) {
			cut(peers, fd, "too many connections");
			return;
		}
		cut(peers, place->fd, "it sent nothing for 2 s, and another peer wants to connect");
	} else {
		peers->count++;
	}
	*place = (peer_t){.fd = fd, .heard_ms = now};
}

static void disconnected(ef_peers_t *peers, int fd)
{
	peer_t *peer = find(peers, fd);

	if (peer != NULL) {
		*peer = peers->peers[--peers->count];
	}
}

void ef_peers_tend(ef_peers_t *peers)
{
	int event, fd;

	while ((event = ef_monitor_next(peers->monitor, &fd)) != 0) {
		if (event == ZMQ_EVENT_DISCONNECTED) {
			disconnected(peers, fd);
		} else {
			accepted(peers, fd);
		}
	}
	for (int i = 0; i < peers->count; i++) {
		peer_t *peer = &peers->peers[i];
		uint64_t received = ef_tcp_received(peer->fd);

		if (received > peer->read + peers->allowance) {
			cut(peers, peer->fd,
				"it sends faster than this stage reads, or does not complete a "
				"message");
			peer->read = received;
		}
	}
}

int ef_peers_count(const ef_peers_t *peers)
{
	return peers->count;
}

void ef_peers_heard(ef_peers_t *peers, zmq_msg_t *part, uint64_t bytes)
{
	peer_t *peer = find(peers, zmq_msg_get(part, ZMQ_SRCFD));

	if (peer != NULL) {
		peer->read += bytes;
		peer->heard = 1;
		peer->heard_ms = zclock_mono();
	}
}

void ef_peers_drained(ef_peers_t *peers)
{
	for (int i = 0; i < peers->count; i++) {
		peer_t *peer = &peers->peers[i];

		if (peer->heard) {
			peer->read = ef_tcp_received(peer->fd);
			peer->heard = 0;
		}
	}
}
