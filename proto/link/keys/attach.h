/* Binds and connects the sockets of links. What leaves this machine is encrypted with CURVE
 * (https://rfc.zeromq.org/spec/26/): whoever binds accepts only allowed keys (keyring.h), and whoever
 * connects to HOST only accepts the key of HOST. */
#ifndef EF_ATTACH_H
#define EF_ATTACH_H

#include <czmq.h>

/* Call it before sockets are opened at list: an endpoint list, see endpoint.h. Returns 0 when each
 * endpoint stays on this machine, or there are the keys for it, or insecure is set, which logs a
 * warning and opens this process's links as plain text. Else returns -1 after logging what to do. */
int ef_attach_prepare(const char *list, int insecure);

/* Checks, before stages are started, that there are the keys with which list can be bound or connected.
 * Returns 0, or -1 after logging which are missing and what to do. */
int ef_attach_check(const char *list, int bind);

/* True when only machines with an allowed key can connect to a socket bound at list. */
int ef_attach_has_keys(const char *list);

typedef struct ef_attached ef_attached_t;

/* Binds (bind != 0) or connects socket at each endpoint of list, but as its prefix says where it has
 * one. The socket must outlive the result. Returns NULL after logging the reason. */
ef_attached_t *ef_attach(zsock_t *socket, const char *list, int bind);
void ef_attached_destroy(ef_attached_t **attached);

/* Connects again where it connected: ZeroMQ has given up (retry.h). */
void ef_attached_renew(ef_attached_t *attached);

/* Disconnects socket from machines whose key is no longer allowed. Returns 1 once after any key was
 * taken away: the caller then cuts the connections that it accepted, and those that are still
 * allowed come back by themselves. Call it often; never waits. */
int ef_attached_tend(ef_attached_t *attached);

#endif
