#include "proto/link/keys/attach.h"

#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/keyring.h"

#define ENDPOINT_MAX 512

/* What this process may do with links that leave the machine. */
static struct {
	int plain_text;
	zcert_t *own; /* NULL: nothing was prepared */
	zactor_t *guard; /* answers ZeroMQ's question whether a peer's key is allowed */
} security;

/* Endpoints, one at a time. */

static int binds(const char *endpoint, int bind)
{
	return *endpoint == '@' || (bind && *endpoint != '>');
}

/* The host of tcp://HOST:PORT, without the brackets of an IPv6 address. */
static void host_of(const char *endpoint, char *host, size_t size)
{
	const char *start = ef_endpoint_bare(endpoint) + strlen("tcp://");
	const char *end = strrchr(start, ':');
	size_t length = end != NULL ? (size_t)(end - start) : strlen(start);

	if (length >= 2 && start[0] == '[' && start[length - 1] == ']') {
		start++;
		length -= 2;
	}
	snprintf(host, size, "%.*s", (int)length, start);
}

/* Calls visit for each endpoint, those on this machine first: ZeroMQ gives an endpoint the options that its
 * socket has then, and only the others need keys. Returns 0, or -1 as soon as visit does. */
static int each_endpoint(const char *list, int visit(void *self, const char *endpoint), void *self)
{
	int result = 0;

	for (int local = 1; local >= 0; local--) {
		char *copy = ef_memory_copy(list), *rest = NULL;

		for (char *one = strtok_r(copy, ",", &rest); one != NULL && result == 0;
			one = strtok_r(NULL, ",", &rest)) {
			if (ef_endpoint_is_local(one) == local) {
				result = visit(self, one);
			}
		}
		free(copy);
	}
	return result;
}

/* The keys of this process. */

/* CZMQ ends itself at exit, too, and aborts where an actor still runs; it was registered first, so that this
 * comes before. */
static void forget_keys(void)
{
	zactor_destroy(&security.guard);
	zcert_destroy(&security.own);
}

static int start_guard(void)
{
	if (security.guard != NULL) {
		return 0;
	}
	security.guard = zactor_new(zauth, NULL);
	if (security.guard == NULL) {
		zsys_error("cannot start the thread that checks keys: %s", strerror(errno));
		return -1;
	}
	atexit(forget_keys);
	zstr_sendx(security.guard, "CURVE", ef_keyring_allowed(), NULL);
	zsock_wait(security.guard);
	return 0;
}

static int prepare_one(void *self, const char *endpoint)
{
	(void)self;
	if (ef_endpoint_is_local(endpoint)) {
		return 0;
	}
	if (!ef_endpoint_is_tcp(endpoint)) {
		zsys_error("%s cannot be encrypted; use tcp://HOST:PORT", endpoint);
		return -1;
	}
	if (security.own == NULL) {
		security.own = ef_keyring_own(endpoint);
		ef_keyring_revocations();
	}
	return security.own != NULL && start_guard() == 0 ? 0 : -1;
}

static int warn_plain_text(void *self, const char *endpoint)
{
	(void)self;
	if (!ef_endpoint_is_local(endpoint)) {
		zsys_warning(
			"%s is not encrypted: anyone on the network between can read and change "
			"the data; effigy pair makes keys",
			endpoint);
		security.plain_text = 1;
	}
	return 0;
}

int ef_attach_prepare(const char *list, int insecure)
{
	return each_endpoint(list, insecure ? warn_plain_text : prepare_one, NULL);
}

int ef_attach_has_keys(const char *list)
{
	return security.own != NULL && !security.plain_text && !ef_endpoint_is_local(list);
}

/* Attaching. */

typedef struct {
	char *endpoint;
	char key[41]; /* of the machine that it leads to; "" where no keys are used */
} connected_t;

struct ef_attached {
	zsock_t *socket;
	int bind;
	connected_t connected[EF_ENDPOINTS_MAX]; /* by TCP */
	int count;
	unsigned revocations;
};

static int secure_bound(ef_attached_t *attached)
{
	zcert_apply(security.own, attached->socket);
	/* Without this, ZeroMQ lets everyone in when the guard is not there. */
	zsock_set_zap_domain(attached->socket, "effigy");
	zsock_set_curve_server(attached->socket, 1);
	return 0;
}

static int secure_connected(ef_attached_t *attached, const char *endpoint, connected_t *connected)
{
	char host[ENDPOINT_MAX];
	zcert_t *other;

	host_of(endpoint, host, sizeof(host));
	other = ef_keyring_find(host);
	if (other == NULL) {
		zsys_error("%s: there is no key of %s in %s; exchange keys with: effigy pair %s",
			endpoint, host, ef_keyring_allowed(), host);
		return -1;
	}
	zcert_apply(security.own, attached->socket);
	zsock_set_curve_serverkey(attached->socket, zcert_public_txt(other));
	snprintf(connected->key, sizeof(connected->key), "%s", zcert_public_txt(other));
	zcert_destroy(&other);
	return 0;
}

static int secure(ef_attached_t *attached, const char *endpoint, connected_t *connected)
{
	if (security.plain_text || ef_endpoint_is_local(endpoint)) {
		return 0;
	}
	if (security.own == NULL) {
		zsys_error("%s leads to another machine, but this link was not prepared for that",
			endpoint);
		return -1;
	}
	return binds(endpoint, attached->bind) ? secure_bound(attached)
					       : secure_connected(attached, endpoint, connected);
}

static int check_one(void *self, const char *endpoint)
{
	connected_t ignored;

	return secure(self, endpoint, &ignored);
}

static int attach_one(void *self, const char *endpoint)
{
	ef_attached_t *attached = self;
	connected_t connected = {0};

	if (secure(attached, endpoint, &connected) == -1) {
		return -1;
	}
	if (zsock_attach(attached->socket, endpoint, attached->bind) != 0) {
		zsys_error("cannot use endpoint %s: %s", endpoint, zmq_strerror(zmq_errno()));
		return -1;
	}
	if (!binds(endpoint, attached->bind) && ef_endpoint_is_tcp(endpoint) &&
		attached->count < EF_ENDPOINTS_MAX) {
		connected.endpoint = ef_memory_copy(ef_endpoint_bare(endpoint));
		attached->connected[attached->count++] = connected;
	}
	return 0;
}

/* As for a socket that is never attached. */
int ef_attach_check(const char *list, int bind)
{
	ef_attached_t *attached = ef_memory_new(sizeof(*attached));
	int result = ef_attach_prepare(list, 0);

	attached->socket = zsock_new(ZMQ_PULL);
	attached->bind = bind;
	if (result == 0) {
		result = each_endpoint(list, check_one, attached);
	}
	zsock_destroy(&attached->socket);
	ef_attached_destroy(&attached);
	return result;
}

ef_attached_t *ef_attach(zsock_t *socket, const char *list, int bind)
{
	ef_attached_t *attached = ef_memory_new(sizeof(*attached));

	attached->socket = socket;
	attached->bind = bind;
	if (security.own != NULL) {
		attached->revocations = ef_keyring_revocations();
	}
	if (each_endpoint(list, attach_one, attached) == -1) {
		ef_attached_destroy(&attached);
	}
	return attached;
}

void ef_attached_destroy(ef_attached_t **attached_p)
{
	ef_attached_t *attached = *attached_p;

	if (attached != NULL) {
		for (int i = 0; i < attached->count; i++) {
			free(attached->connected[i].endpoint);
		}
		free(attached);
		*attached_p = NULL;
	}
}

static void leave(ef_attached_t *attached, connected_t *connected)
{
	zsys_error(
		"%s: the key of that machine was revoked, so the link to it is cut; after effigy "
		"pair, start this stage again",
		connected->endpoint);
	zsock_disconnect(attached->socket, "%s", connected->endpoint);
	free(connected->endpoint);
	*connected = attached->connected[--attached->count];
}

/* The key is one of the options that the next connection takes. */
static int secure_again(ef_attached_t *attached, connected_t *connected)
{
	char host[ENDPOINT_MAX];
	zcert_t *other;

	if (connected->key[0] == '\0') {
		return 0;
	}
	host_of(connected->endpoint, host, sizeof(host));
	other = ef_keyring_find(host);
	if (other == NULL) {
		return -1; /* ef_attached_tend leaves it */
	}
	snprintf(connected->key, sizeof(connected->key), "%s", zcert_public_txt(other));
	zcert_apply(security.own, attached->socket);
	zsock_set_curve_serverkey(attached->socket, connected->key);
	zcert_destroy(&other);
	return 0;
}

void ef_attached_renew(ef_attached_t *attached)
{
	for (int i = 0; i < attached->count; i++) {
		connected_t *connected = &attached->connected[i];

		if (secure_again(attached, connected) == 0) {
			zsock_disconnect(attached->socket, "%s", connected->endpoint);
			zsock_connect(attached->socket, "%s", connected->endpoint);
		}
	}
}

int ef_attached_tend(ef_attached_t *attached)
{
	unsigned revocations;

	if (security.own == NULL) {
		return 0;
	}
	revocations = ef_keyring_revocations();
	if (revocations == attached->revocations) {
		return 0;
	}
	attached->revocations = revocations;
	for (int i = attached->count - 1; i >= 0; i--) {
		const char *key = attached->connected[i].key;

		if (*key != '\0' && !ef_keyring_allows(key)) {
			leave(attached, &attached->connected[i]);
		}
	}
	return 1;
}
