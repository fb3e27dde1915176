#include "proto/link/peers/peers.h"

#include <sys/socket.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/base/problem.h"
#include "proto/link/keys/attach.h"
#include "proto/link/peers/retry.h"
#include "proto/link/peers/socket_events.h"
#include "proto/link/tcp/tcp.h"

#define ALLOWANCE_MIN ((uint64_t)2 << 20) /* a thousand small messages */
#define SILENT_MS 2000 /* a sender that sent nothing for this time may be replaced */
/* Connections to a link with keys, of which most have not shown a key yet. ZeroMQ closes those after
 * 1.5 s. */
#define STRANGERS_MAX 64

typedef struct {
	int fd;
	uint64_t read; /* bytes received and read, roughly: ZMTP commands are not counted */
	int known; /* a complete message was read: over a link with keys, it has shown its own */
	int heard; /* likewise, since the last ef_peers_drained */
	int64_t heard_ms; /* time of its last message, or of its connection */
} peer_t;

struct ef_peers {
	ef_peers_kind_t kind;
	const char *name;
	uint64_t allowance; /* limit of unread bytes for each peer */
	ef_monitor_t *monitor;
	ef_retry_t retry;
	int keyed;
	peer_t peers[STRANGERS_MAX];
	int count, most;
	ef_limiter_t limiter;
	ef_problem_t refused;
};

ef_peers_t *ef_peers_new(
	zsock_t *socket, ef_peers_kind_t kind, const char *name, size_t message_max)
{
	int events = EF_RETRY_EVENTS | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
		     ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;

	ef_peers_t *peers = ef_memory_new(sizeof(*peers));

	peers->kind = kind;
	peers->name = name;
	/* One message is being read while the next one arrives. */
	peers->allowance = message_max + message_max / 2;
	if (peers->allowance < ALLOWANCE_MIN) {
		peers->allowance = ALLOWANCE_MIN;
	}
	peers->most = kind == EF_SENDERS ? EF_SENDERS_MAX : EF_LISTENERS_MAX;
	peers->keyed = ef_attach_has_keys(name);
	peers->monitor = ef_monitor_new(socket, events);
	return peers;
}

void ef_peers_allow(ef_peers_t *peers, int connections)
{
	peers->most = connections;
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

/* Of those that are known, or that are not: the one that was silent for longest, or NULL. */
static peer_t *find_most_silent(ef_peers_t *peers, int known)
{
	peer_t *silent = NULL;

	for (int i = 0; i < peers->count; i++) {
		peer_t *peer = &peers->peers[i];

		if (peer->known == known && (silent == NULL || peer->heard_ms < silent->heard_ms)) {
			silent = peer;
		}
	}
	return silent;
}

/* At the limit, the new connection replaces a silent sender, or else is closed: a peer that connects
 * repeatedly must not displace an active sender. With keys, whoever is not known yet makes room first:
 * thousands of connections without a key then keep nobody out. */
static peer_t *find_place(ef_peers_t *peers, int64_t now)
{
	peer_t *stranger = find_most_silent(peers, 0), *known = find_most_silent(peers, 1);
	peer_t *place = stranger;

	if (peers->count < (peers->keyed ? STRANGERS_MAX : peers->most)) {
		return &peers->peers[peers->count++];
	}
	if (peers->kind == EF_LISTENERS) {
		return NULL;
	}
	if (!peers->keyed) {
		place = stranger == NULL || (known != NULL && known->heard_ms < stranger->heard_ms)
				? known
				: stranger;
		if (now - place->heard_ms < SILENT_MS) {
			return NULL;
		}
	}
	if (place != NULL) {
		cut(peers, place->fd, "it sent nothing, and another peer wants to connect");
	}
	return place;
}

static void accepted(ef_peers_t *peers, int fd)
{
	int64_t now = zclock_mono();
	peer_t *place = find_place(peers, now);

	if (place == NULL) {
		cut(peers, fd, "too many connections");
		return;
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

/* A machine that is not allowed tries again and again. */
static void refused(ef_peers_t *peers, int event)
{
	const char *why =
		event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
			? "a machine whose key is not allowed here; if it is yours, exchange "
			  "keys with: effigy pair"
			: "a program that does not know this machine's key";

	if (peers->keyed && ef_problem_is_new(&peers->refused, why, ef_now_ns())) {
		zsys_warning("%s refuses %s", peers->name, why);
	}
}

void ef_peers_tend(ef_peers_t *peers)
{
	int event, fd;

	while ((event = ef_monitor_next(peers->monitor, &fd)) != 0) {
		ef_retry_event(&peers->retry, event, fd);
		if (event == ZMQ_EVENT_DISCONNECTED) {
			disconnected(peers, fd);
		} else if (event == ZMQ_EVENT_ACCEPTED || event == ZMQ_EVENT_CONNECTED) {
			accepted(peers, fd);
		} else if (event != ZMQ_EVENT_CONNECT_RETRIED) {
			refused(peers, event);
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

int ef_peers_gave_up(ef_peers_t *peers)
{
	return ef_retry_is_due(&peers->retry);
}

void ef_peers_cut(ef_peers_t *peers)
{
	for (int i = 0; i < peers->count; i++) {
		shutdown(peers->peers[i].fd, SHUT_RDWR);
	}
}

int ef_peers_count(const ef_peers_t *peers)
{
	return peers->count;
}

/* The connections without a message yet do not count towards the limit where keys are needed. */
static void admit(ef_peers_t *peers, peer_t *peer)
{
	int known = 0;

	peer->known = 1;
	for (int i = 0; i < peers->count; i++) {
		known += peers->peers[i].known;
	}
	if (known > EF_SENDERS_MAX) {
		cut(peers, peer->fd, "too many machines send to it");
	}
}

void ef_peers_heard(ef_peers_t *peers, zmq_msg_t *part, uint64_t bytes)
{
	peer_t *peer = find(peers, zmq_msg_get(part, ZMQ_SRCFD));

	if (peer != NULL) {
		peer->read += bytes;
		admit(peers, peer);
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
