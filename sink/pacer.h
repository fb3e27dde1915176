/* Rhythm of the live sink: when to write the next picture.
 *
 * The ticks follow the source, so that a render is written when it comes. Rate and phase are learned
 * from arrivals. A source of the set rate, or a little off it, has one tick for each render. A slower one
 * has several, evenly spaced (15 pictures a second in 30: each is shown twice), a faster one has a
 * tick for every second or third render: ticks come at most a tenth faster than the set rate.
 *
 * A tick is where the render is usually there. One that comes earlier is held until the tick, for an even
 * cadence; one that comes later is written when it comes. After half a tick of waiting the last picture is
 * written again, and a render that comes still later is written at once.
 *
 * Without a source, or while it is irregular, ticks go on at an even rate, and show the newest render.
 *
 * Reads no clock: the caller passes times, in ns of any one clock. */
#ifndef EF_SINK_PACER_H
#define EF_SINK_PACER_H

#include <stdint.h>

#include "proto/stage/options.h"

#define EF_PACER_ARRIVALS 15

typedef struct {
	int64_t start_ns;
	double period_ns; /* of the set rate */
	int64_t counted; /* pictures asked for so far, by ef_pacer_count () */

	/* The source. */
	int64_t arrivals_ns[EF_PACER_ARRIVALS]; /* a ring */
	int64_t arrivals; /* since the start, or the last loss */
	double interval_ns; /* between arrivals; 0: not known */
	int following; /* arrivals are regular, and ticks follow them */

	/* The ticks. */
	double next_ns;
	double tick_ns; /* from one to the next */
	int per_render,
		per_tick; /* ticks for each render, or renders for each tick: one of them is 1 */
	int between; /* ticks to come before the next one on which a render is expected */
	int missed; /* renders expected and not come, in a row */
} ef_pacer_t;

/* The first tick is at now_ns. */
void ef_pacer_init(ef_pacer_t *pacer, ef_rate_t rate, int64_t now_ns);

/* Notes that a new render was ready at that time. */
void ef_pacer_arrival(ef_pacer_t *pacer, int64_t ns);

/* Returns when to write the next picture. has_new: a render has come that is not written yet. */
int64_t ef_pacer_due(const ef_pacer_t *pacer, int has_new);

/* Moves on, when a picture was due; the caller writes the newest render, or the last picture again.
 * Ticks that a late caller has missed are skipped. Returns 1 if that picture repeats another only because an
 * expected render has not come. */
int ef_pacer_tick(ef_pacer_t *pacer, int has_new, int64_t now_ns);

/* For an output whose pictures last 1/rate each: returns how many to write at this time, so that
 * the output is as long as the time since the first one. Mostly 1; more after missed ticks, or where
 * ticks are slower than the set rate; 0 where the output is ahead. Call after each tick. */
int64_t ef_pacer_count(ef_pacer_t *pacer, int has_new, int64_t now_ns);

#endif
