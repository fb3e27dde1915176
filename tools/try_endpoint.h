/* Tries endpoints before a stage uses them. */
#ifndef EF_TRY_ENDPOINT_H
#define EF_TRY_ENDPOINT_H

/* Binds or connects each TCP endpoint of the list for a moment, as a stage would: a reader binds and a
 * sender connects what has no prefix. UNIX sockets are left alone: a stage may own them. Whether a
 * host that is connected to exists is not tried. Returns 0, or -1 after one line on stderr that says
 * which endpoint cannot be used and why. */
int ef_try_endpoints(const char *list, int reader);

/* True when this machine could bind the hosts of all endpoints of the list, at some port. UNIX
 * sockets count as this machine's. */
int ef_endpoints_are_here(const char *list);

#endif
