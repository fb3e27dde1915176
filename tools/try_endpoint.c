#include "tools/try_endpoint.h"

#include <czmq.h>
#include <errno.h>

#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"

/* ZeroMQ takes 99999 for 34463. */
static int has_port(const char *endpoint)
{
	const char *port = strrchr(endpoint, ':') + 1;
	size_t digits = strspn(port, "0123456789");
	long number = strtol(port, NULL, 10);

	return digits > 0 && digits <= 5 && port[digits] == '\0' && number >= 1 && number <= 65535;
}

/* Returns 0, or the reason: an errno of ZeroMQ. */
static int try_one(const char *endpoint, int bind)
{
	zsock_t *socket = zsock_new(bind ? ZMQ_PULL : ZMQ_PUSH);
	int failed;

	zsock_set_linger(socket, 0);
	failed = bind ? zmq_bind(zsock_resolve(socket), endpoint)
		      : zmq_connect(zsock_resolve(socket), endpoint);
	failed = failed == -1 ? zmq_errno() : 0;
	zsock_destroy(&socket);
	return failed;
}

static const char *reason(int failed)
{
	switch (failed) {
	case EADDRINUSE:
		return "another program uses that port";
	case ENODEV:
	case EADDRNOTAVAIL:
		return "this machine has no such address or interface";
	case EINVAL:
		return "it is not HOST:PORT";
	default:
		return zmq_strerror(failed);
	}
}

/* True when there are the keys that the endpoint needs; logs what to do where not. */
static int has_keys(const char *endpoint, int bind, int insecure)
{
	zsock_t *socket;
	ef_attached_t *attached;
	int result;

	if (ef_attach_prepare(endpoint, insecure) == -1) {
		return 0;
	}
	if (bind) {
		return 1; /* by whom it is reached is not known yet */
	}
	socket = zsock_new(ZMQ_PUSH);
	zsock_set_linger(socket, 0);
	attached = ef_attach(socket, endpoint, 0);
	result = attached != NULL;
	zsock_destroy(&socket);
	ef_attached_destroy(&attached);
	return result;
}

/* Returns 0, or -1 after logging why not. */
static int try_prefixed(const char *one, int reader, int insecure)
{
	int bind = *one == '@' || (reader && *one != '>'), failed;
	const char *endpoint = one + (*one == '@' || *one == '>');

	if (!ef_endpoint_is_tcp(endpoint)) {
		return 0;
	}
	failed = has_port(endpoint) ? try_one(endpoint, bind) : EINVAL;
	if (failed != 0) {
		zsys_error("cannot %s %s: %s", bind ? "listen at" : "connect to", endpoint,
			reason(failed));
		return -1;
	}
	return has_keys(one, bind, insecure) ? 0 : -1;
}

int ef_try_endpoints(const char *list, int reader, int insecure)
{
	char *copy = ef_memory_copy(list), *rest = NULL;
	int result = 0;

	for (char *one = strtok_r(copy, ",", &rest); one && result == 0;
		one = strtok_r(NULL, ",", &rest)) {
		result = try_prefixed(one, reader, insecure);
	}
	free(copy);
	return result;
}

/* tcp://HOST:PORT with a port that the kernel chooses; the caller frees it. */
static char *at_any_port(const char *endpoint)
{
	const char *colon = strrchr(endpoint, ':');

	return ef_memory_print("%.*s:*", (int)(colon - endpoint), endpoint);
}

int ef_endpoints_are_here(const char *list)
{
	char *copy = ef_memory_copy(list), *rest = NULL;
	int here = 1;

	for (char *one = strtok_r(copy, ",", &rest); one && here;
		one = strtok_r(NULL, ",", &rest)) {
		one += *one == '@' || *one == '>';
		if (ef_endpoint_is_tcp(one)) {
			char *any = at_any_port(one);

			here = try_one(any, 1) == 0;
			free(any);
		}
	}
	free(copy);
	return here;
}
