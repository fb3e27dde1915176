#include "tools/try_endpoint.h"

#include <czmq.h>
#include <errno.h>
#include <stdio.h>

#include "proto/base/memory.h"
#include "proto/link/endpoint.h"

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

int ef_try_endpoints(const char *list, int reader)
{
	char *copy = ef_memory_copy(list), *rest = NULL;
	int result = 0;

	for (char *one = strtok_r(copy, ",", &rest); one && result == 0;
		one = strtok_r(NULL, ",", &rest)) {
		int bind = *one == '@' || (reader && *one != '>');
		const char *endpoint = ef_endpoint_bare(one);
		int failed = 0;

		if (ef_endpoint_is_tcp(endpoint)) {
			failed = has_port(endpoint) ? try_one(endpoint, bind) : EINVAL;
		}
		if (failed != 0) {
			fprintf(stderr, "cannot %s %s: %s\n", bind ? "listen at" : "connect to",
				endpoint, reason(failed));
			result = -1;
		}
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
		if (ef_endpoint_is_tcp(one)) {
			char *any = at_any_port(ef_endpoint_bare(one));

			here = try_one(any, 1) == 0;
			free(any);
		}
	}
	free(copy);
	return here;
}
