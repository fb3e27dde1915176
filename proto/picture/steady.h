/* Pictures with times of their own on an output that shows all of them equally long: each is written
 * as often as it takes to keep the time.
 *
 * A picture is written once at least, even where the next one follows too soon, until that has put
 * the output EF_STEADY_LATE_NS behind; then some are left out. */
#ifndef EF_STEADY_H
#define EF_STEADY_H

#include <stdint.h>

#include "proto/stage/options.h"

#define EF_STEADY_LATE_NS INT64_C(100000000)

/* No picture is repeated for longer: a clock that jumps would fill the disk. */
#define EF_STEADY_HOLD_NS INT64_C(600000000000)

typedef struct {
	ef_rate_t rate;
	int begun;
	int64_t first_ns; /* the time of the first picture, later if holds were shortened */
	int64_t last_ns; /* of the newest one */
	int64_t written; /* pictures */
	int64_t left_out; /* likewise */
	int64_t shortened_ns; /* time that was not filled */
} ef_steady_t;

/* to_ns - from_ns, as far as that is a number: times come from the wire and may be anything. */
int64_t ef_steady_since(int64_t from_ns, int64_t to_ns);

void ef_steady_init(ef_steady_t *steady, ef_rate_t rate);

/* A picture of that time follows, or at t_ns the stream ends: how often the picture before it is to
 * be written; 0 when there is none before it, or it is left out. */
int64_t ef_steady_next(ef_steady_t *steady, int64_t t_ns);

/* Likewise at the end of a stream; t_ns at or before its last picture's time: not known, then that
 * one is as long as any. */
int64_t ef_steady_end(ef_steady_t *steady, int64_t t_ns);

#endif
