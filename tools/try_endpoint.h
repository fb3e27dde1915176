/* Tries endpoints before a stage uses them. */
#ifndef EF_TRY_ENDPOINT_H
#define EF_TRY_ENDPOINT_H

/* Binds or connects each TCP endpoint of the list for a moment, as a stage would: a reader binds and a
 * sender connects what has no prefix. UNIX sockets are left alone: a stage may own them. Whether a
 * host that is connected to can be reached is not tried. insecure: as of ef_attach_prepare. Returns
 * 0, or -1 after logging which endpoint cannot be used and why, such as for lack of keys. */
int ef_try_endpoints(const char *list, int reader, int insecure);

/* True when this machine could bind the hosts of all endpoints of the list, at some port. UNIX
 * sockets count as this machine's. */
int ef_endpoints_are_here(const char *list);

#endif
