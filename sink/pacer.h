/* Schedule of the live sink: when to write the next picture, at the set rate and in step with the
 * arrival of renders.
 *
 * The ticks of a fixed schedule may come just before each arrival, and every render would wait for
 * almost a whole period. So the schedule is shifted, by a millisecond a tick at most, until a tick
 * comes just after the usual arrival; it also follows a webcam whose 30 pictures a second are
 * 29.97. Arrivals at an altogether different rate are not followed.
 *
 * Reads no clock: the caller passes times, in ns of any one clock. */
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
	int arrivals; /* in that mean */
	double drift_ns; /* learned: by how much the arrivals' period exceeds period_ns */
	int64_t counted; /* pictures asked for so far, by ef_pacer_count () */
} ef_pacer_t;

/* The first tick is at now_ns. */
void ef_pacer_init(ef_pacer_t *pacer, ef_rate_t rate, int64_t now_ns);

int64_t ef_pacer_next(const ef_pacer_t *pacer);

/* Notes that a new render was ready at that time. */
void ef_pacer_arrival(ef_pacer_t *pacer, int64_t ns);

/* Moves on to the next tick; the caller writes one picture for the one that was due. Ticks that a
 * late caller has missed are skipped. */
void ef_pacer_tick(ef_pacer_t *pacer, int64_t now_ns);

/* For an output whose pictures last 1/rate each: returns how many to write at this tick, so that
 * the output is as long as the time since the first one. Mostly 1; 2 or more after missed ticks;
 * rarely 0 or 2, when the schedule has been shifted by a whole period. Call after each tick. */
int64_t ef_pacer_count(ef_pacer_t *pacer);

#endif
