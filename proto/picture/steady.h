/* Converts pictures with arbitrary times to a constant frame rate: tells how often to write each
 * one.
 *
 * Each picture is written at least once, even when the next one follows too soon, until the
 * output is EF_STEADY_LATE_NS late; then pictures are left out. */
#ifndef EF_STEADY_H
#define EF_STEADY_H

#include <stdint.h>

#include "proto/stage/options.h"

#define EF_STEADY_LATE_NS INT64_C(100000000)

/* No picture is repeated for longer: a jump of the clock would fill the disk. */
#define EF_STEADY_HOLD_NS INT64_C(600000000000)

typedef struct {
	ef_rate_t rate;
	int begun;
	int64_t first_ns; /* time of the first picture; later when repeats were shortened */
	int64_t last_ns; /* time of the newest picture */
	int64_t written; /* pictures */
	int64_t left_out; /* pictures */
	int64_t shortened_ns; /* time that was not filled with repeats */
} ef_steady_t;

/* to_ns - from_ns, saturated: times come from the wire and may have any value. */
int64_t ef_steady_since(int64_t from_ns, int64_t to_ns);

void ef_steady_init(ef_steady_t *steady, ef_rate_t rate);

/* A picture with the time t_ns follows. Returns how often to write the previous picture: 0 when
 * there is none, or it is left out. */
int64_t ef_steady_next(ef_steady_t *steady, int64_t t_ns);

/* The same at the end of the stream, at t_ns. When that is not after the last picture's time,
 * the end is not known, and the last picture lasts one period. */
int64_t ef_steady_end(ef_steady_t *steady, int64_t t_ns);

#endif
