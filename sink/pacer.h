/* When the next picture is to be written: at the set rate, in step with the renders' arrival.
 *
 * A fixed schedule may fall just before each arrival, and every picture would wait for almost a
 * whole period. So the schedule is pushed, by a millisecond a tick at most, until a tick falls
 * just after the usual arrival, and follows a camera whose 30 pictures a second are 29.97.
 * Arrivals at an altogether different rate have no step to follow and change nothing.
 *
 * Knows no clock: times are given, in ns of any one clock. */
#ifndef EF_SINK_PACER_H
#define EF_SINK_PACER_H

#include <stdint.h>

#include "proto/stage/options.h"

typedef struct {
	int64_t start_ns; /* first tick */
	int64_t next_ns; /* next tick */
	double period_ns;
	double exact_ns; /* next_ns, not rounded */
	int64_t arrival_ns; /* last arrival; 0: none */
	double interval_ns; /* running mean between arrivals, per tick; 0: not known */
	int arrivals; /* that the mean is made of */
	double drift_ns; /* learned: how much longer the arrivals' period is */
	int64_t counted; /* pictures asked for so far, by ef_pacer_count () */
} ef_pacer_t;

/* The first tick is at now_ns. */
void ef_pacer_init(ef_pacer_t *pacer, ef_rate_t rate, int64_t now_ns);

int64_t ef_pacer_next(const ef_pacer_t *pacer);

/* Notes that a new render was ready at that time. */
void ef_pacer_arrival(ef_pacer_t *pacer, int64_t ns);

/* Takes the tick that was due; one write is due for it. Ticks that a late caller has missed are
 * left out rather than made up for. */
void ef_pacer_tick(ef_pacer_t *pacer, int64_t now_ns);

/* For an output whose pictures last 1/rate each: how many to write at this tick, so that they last
 * as long as has passed since the first one. Mostly 1; 2 or more after missed ticks, 0 or 2 once
 * in a long while when the schedule has been pushed by a whole period. Call after each tick. */
int64_t ef_pacer_count(ef_pacer_t *pacer);

#endif
