/* How long a message has waited on its way between the stages. */
#ifndef EF_WAITED_H
#define EF_WAITED_H

#include "proto/wire/message.h"

/* The shortest way seen from another host, in two spans of time: the clocks of two hosts differ by an unknown
 * number, so that only what is longer than the shortest way is known. Zero-initialised. */
typedef struct {
	char host[EF_NAME_MAX + 1];
	int64_t began_ns; /* the newer span */
	int64_t shortest[2]; /* of the newer and the older span */
	int64_t late_ns; /* since when every message has been late; 0: the last one was not */
} ef_ways_t;

/* Nanoseconds that a message which has arrived at now_ns has waited between stages, those in which stages
 * worked left out. Exact when capture ran on this host, up to the clocks' drift. Else how much longer the
 * last part of its way took than the shortest did in the last minute. limit_ns: a message that waited longer
 * is late. After two seconds in which all were late, the clock of the host is taken to have
 * changed: the ways are then forgotten. */
int64_t ef_waited(ef_ways_t *ways, const ef_head_t *head, int64_t now_ns, int64_t limit_ns);

#endif
