/* Two machines exchange their public keys, with a six-digit code that a person carries from one to the
 * other. */
#ifndef EF_PAIR_H
#define EF_PAIR_H

#define EF_PAIR_PORT 5549

/* Shows a code and waits for another machine, up to five minutes or three wrong codes. Returns the exit
 * status after saying what happened. */
int ef_pair_wait(int port);

/* Pairs with host, which waits; asks for its code on standard input. Likewise. */
int ef_pair_with(const char *host, int port);

#endif
