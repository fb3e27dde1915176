#include "proto/link/tap.h"

#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/link/keys/attach.h"
#include "proto/link/peers/peers.h"
#include "proto/wire/message.h"

#define WAIT_MS 100
/* Limit of different subscriptions. All listeners to everything share one, the empty prefix. */
#define PREFIXES_MAX 64

struct ef_tap {
	char *endpoints;
	int queue, wait;
	ef_bound_t *bound;
	zsock_t *socket;
	ef_attached_t *attached;
	ef_peers_t *peers;
	int prefixes; /* subscribed to since the last time that no listener was connected */
	int was_listened;
	ef_limiter_t limiter;
};

/* Returns 0, or -1 after logging why. */
static int open_socket(ef_tap_t *tap)
{
	tap->socket = zsock_new(ZMQ_XPUB);
	zsock_set_linger(tap->socket, 0);
	zsock_set_sndhwm(tap->socket, tap->queue);
	/* A listener sends only subscriptions, which are short. */
	zsock_set_maxmsgsize(tap->socket, (int)EF_SMALL_MESSAGE_MAX);
	zsock_set_rcvhwm(tap->socket, ef_endpoint_is_tcp(tap->endpoints) ? 0 : PREFIXES_MAX);
	ef_connection_bounds(tap->socket, tap->endpoints, !tap->wait);
	if (tap->wait) {
		zsock_set_xpub_nodrop(tap->socket, 1);
		zsock_set_sndtimeo(tap->socket, WAIT_MS);
	}
	tap->peers = ef_peers_new(tap->socket, EF_LISTENERS, tap->endpoints, EF_SMALL_MESSAGE_MAX);
	tap->attached = ef_attach(tap->socket, tap->endpoints, true);
	return tap->attached != NULL ? 0 : -1;
}

static void close_socket(ef_tap_t *tap)
{
	ef_attached_destroy(&tap->attached);
	ef_peers_destroy(&tap->peers);
	zsock_destroy(&tap->socket);
}

ef_tap_t *ef_tap_new(const char *endpoints, int queue, int wait)
{
	ef_tap_t *tap = ef_memory_new(sizeof(*tap));

	tap->endpoints = ef_memory_copy(endpoints);
	tap->queue = queue;
	tap->wait = wait;
	tap->bound = ef_bound_new(endpoints);
	if (tap->bound == NULL || open_socket(tap) == -1) {
		ef_tap_destroy(&tap);
	}
	return tap;
}

void ef_tap_destroy(ef_tap_t **tap_p)
{
	ef_tap_t *tap = *tap_p;

	if (tap != NULL) {
		close_socket(tap);
		ef_bound_destroy(&tap->bound);
		free(tap->endpoints);
		free(tap);
		*tap_p = NULL;
	}
}

void ef_tap_linger(ef_tap_t *tap, int ms)
{
	zsock_set_linger(tap->socket, ms);
}

void ef_tap_welcome(ef_tap_t *tap, zmq_msg_t *message)
{
	zmq_setsockopt(zsock_resolve(tap->socket), ZMQ_XPUB_WELCOME_MSG, zmq_msg_data(message),
		zmq_msg_size(message));
}

/* ZeroMQ does not limit subscriptions and keeps each one. Well-behaved listeners reconnect by
 * themselves. */
static void start_again(ef_tap_t *tap)
{
	ef_warn_limited(&tap->limiter,
		"closed all connections to %s: a listener subscribed to more than %d prefixes",
		tap->endpoints, PREFIXES_MAX);
	close_socket(tap);
	tap->prefixes = 0;
	open_socket(tap); /* after an error, which it logs, the tap has no listeners */
}

/* A subscription arrives as a message that begins with 1, the end of one with 0. Ends are
 * ignored: a peer may end a subscription that never existed. */
static void read_subscriptions(ef_tap_t *tap)
{
	zmq_msg_t news;

	zmq_msg_init(&news);
	while (tap->prefixes <= PREFIXES_MAX &&
		zmq_msg_recv(&news, zsock_resolve(tap->socket), ZMQ_DONTWAIT) > 0) {
		if (*(uint8_t *)zmq_msg_data(&news) == 1) {
			tap->prefixes++;
			tap->was_listened = 1;
		}
	}
	zmq_msg_close(&news);
	if (tap->prefixes > PREFIXES_MAX) {
		start_again(tap);
	}
}

static void tend(ef_tap_t *tap)
{
	ef_peers_tend(tap->peers);
	if (tap->attached != NULL && ef_attached_tend(tap->attached) == 1) {
		ef_peers_cut(tap->peers);
	}
	if (ef_peers_count(tap->peers) == 0) {
		tap->prefixes = 0;
	}
	read_subscriptions(tap);
}

void *ef_tap_socket(const ef_tap_t *tap)
{
	return zsock_resolve(tap->socket);
}

int ef_tap_listened(ef_tap_t *tap)
{
	tend(tap);
	return ef_peers_count(tap->peers) > 0;
}

int ef_tap_was_listened(ef_tap_t *tap)
{
	tend(tap);
	return tap->was_listened;
}

int ef_tap_send(ef_tap_t *tap, zmq_msg_t *message)
{
	zmq_msg_t copy;
	int result = 0;

	if (!ef_tap_listened(tap)) {
		return 1;
	}
	zmq_msg_init(&copy);
	zmq_msg_copy(&copy, message);
	if (zmq_msg_send(&copy, zsock_resolve(tap->socket), 0) == -1) {
		result = zmq_errno() == EAGAIN || zmq_errno() == EINTR ? 1 : -1;
	}
	zmq_msg_close(&copy);
	return result;
}
