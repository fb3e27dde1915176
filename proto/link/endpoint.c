#define _GNU_SOURCE /* struct ucred */
#include "proto/link/endpoint.h"

#include <arpa/inet.h>
#include <czmq.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "proto/base/memory.h"
#include "proto/link/lock.h"

#define IPC "ipc://"
#define TCP "tcp://"

#define HANDSHAKE_MS 1500
#define UNANSWERED_MS 1500
#define CONNECT_MS 300
#define KEEPALIVE_S 1

/* True when the host of tcp://HOST:PORT is this machine: a numeric loopback address, or
 * localhost. A name that only begins like one, such as 127.example.com, is another machine. */
static int is_loopback(const char *address)
{
	char host[64];
	const char *colon = strrchr(address, ':');
	size_t length = colon != NULL ? (size_t)(colon - address) : 0;
	struct in_addr ip4;

	if (length == 0 || length >= sizeof(host)) {
		return 0;
	}
	memcpy(host, address, length);
	host[length] = '\0';
	if (inet_pton(AF_INET, host, &ip4) == 1) {
		return ntohl(ip4.s_addr) >> 24 == 127;
	}
	return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

const char *ef_endpoint_bare(const char *endpoint)
{
	return endpoint + (*endpoint == '@' || *endpoint == '>');
}

static int is_local(const char *endpoint)
{
	endpoint = ef_endpoint_bare(endpoint);
	if (strncmp(endpoint, TCP, strlen(TCP)) == 0) {
		return is_loopback(endpoint + strlen(TCP));
	}
	return strncmp(endpoint, IPC, strlen(IPC)) == 0 ||
	       strncmp(endpoint, "inproc://", strlen("inproc://")) == 0;
}

void ef_connection_bounds(zsock_t *socket, const char *list, int live)
{
	zsock_set_handshake_ivl(socket, HANDSHAKE_MS);
	if (!ef_endpoint_is_tcp(list)) {
		return;
	}
	zsock_set_tcp_keepalive(socket, 1);
	zsock_set_tcp_keepalive_idle(socket, KEEPALIVE_S);
	zsock_set_tcp_keepalive_intvl(socket, KEEPALIVE_S);
	zsock_set_tcp_keepalive_cnt(socket, 1);
	if (live) {
		zsock_set_tcp_maxrt(socket, UNANSWERED_MS);
		/* A lost packet is sent again after 1, 3 and 7 s; a new connection tries at once. */
		zsock_set_connect_timeout(socket, CONNECT_MS);
	}
}

int ef_endpoint_is_local(const char *list)
{
	char *copy = ef_memory_copy(list), *rest = NULL;
	int local = 1;

	for (char *one = strtok_r(copy, ",", &rest); one; one = strtok_r(NULL, ",", &rest)) {
		local = local && is_local(one);
	}
	free(copy);
	return local;
}

int ef_endpoint_is_tcp(const char *list)
{
	return strstr(list, TCP) != NULL;
}

int ef_endpoint_count(const char *list)
{
	char *copy = ef_memory_copy(list), *rest = NULL;
	int count = 0;

	for (char *one = strtok_r(copy, ",", &rest); one; one = strtok_r(NULL, ",", &rest)) {
		count++;
	}
	free(copy);
	return count;
}

/* Ownership of bound UNIX sockets. */

typedef struct {
	char *path; /* of the UNIX socket */
	ef_lock_t *lock;
} owned_t;

struct ef_bound {
	owned_t owned[EF_ENDPOINTS_MAX];
	int count;
};

/* The path of an endpoint that is a UNIX socket in the file system, or NULL. */
static const char *bound_path(const char *endpoint)
{
	endpoint += *endpoint == '@';
	return strncmp(endpoint, IPC "/", strlen(IPC "/")) == 0 ? endpoint + strlen(IPC) : NULL;
}

/* The process that listens on that socket without holding a lock, as a program other than Effigy's
 * may; else 0. Binding would take the socket away from it. */
static pid_t find_listener(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct ucred peer = {0};
	socklen_t length = sizeof(peer);
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		return 0;
	}
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd != -1 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length);
	}
	if (fd != -1) {
		close(fd);
	}
	return peer.pid;
}

static int own(ef_bound_t *bound, const char *path)
{
	owned_t *owned = &bound->owned[bound->count];
	struct stat there;
	pid_t listener;

	if (lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode)) {
		zsys_error("%s exists and is not a socket, so it is not replaced; choose another "
			   "endpoint, or set EFFIGY_RUNTIME to an empty folder",
			path);
		return -1;
	}
	owned->lock = ef_lock_new(path);
	if (owned->lock == NULL) {
		return -1;
	}
	listener = find_listener(path);
	if (listener != 0) {
		zsys_error(
			"%s is already in use by process %d; stop that process, or choose another "
			"endpoint",
			path, listener);
		ef_lock_destroy(&owned->lock);
		return -1;
	}
	owned->path = ef_memory_copy(path);
	bound->count++;
	return 0;
}

ef_bound_t *ef_bound_new(const char *list)
{
	ef_bound_t *bound = ef_memory_new(sizeof(*bound));
	char *copy = ef_memory_copy(list), *rest = NULL;

	if (ef_endpoint_count(list) > EF_ENDPOINTS_MAX) {
		zsys_error("%s: more than %d endpoints; give fewer", list, EF_ENDPOINTS_MAX);
		ef_bound_destroy(&bound);
	}
	for (char *one = strtok_r(copy, ",", &rest); one && bound != NULL;
		one = strtok_r(NULL, ",", &rest)) {
		const char *path = bound_path(one);

		if (path != NULL && own(bound, path) == -1) {
			ef_bound_destroy(&bound);
		}
	}
	free(copy);
	return bound;
}

void ef_bound_destroy(ef_bound_t **bound_p)
{
	ef_bound_t *bound = *bound_p;

	if (bound != NULL) {
		for (int i = 0; i < bound->count; i++) {
			unlink(bound->owned[i].path);
			free(bound->owned[i].path);
			ef_lock_destroy(&bound->owned[i].lock);
		}
		free(bound);
		*bound_p = NULL;
	}
}
