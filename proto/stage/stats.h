/* What a stage tells of itself: counts, frame rate, times. */
#ifndef EF_STATS_H
#define EF_STATS_H

#include <stdint.h>
#include <stdio.h>

#include "proto/stage/histogram.h"
#include "proto/wire/message.h"

typedef struct ef_stats ef_stats_t;

/* path: a file rewritten once a second with one JSON object, or NULL. verbose: a line on stderr
 * once a second. Never fails: a path that cannot be written is warned of once, and what lies there
 * is touched instead, so that whoever watches sees that this process runs. The path is borrowed.
 *
 * The object's plain counts and times are those since the start; those that begin with "recent_"
 * are of the last "recent_s" seconds, ten at most. "fps" is the rate of the last second. "boot_s"
 * is when it was written, by the clock of /proc/uptime. */
ef_stats_t *ef_stats_new(const char *stage, const char *path, int verbose);

/* Writes the totals, to stderr and to the file, and frees. */
void ef_stats_destroy(ef_stats_t **stats);

/* Counts a message received; gaps in seq are counted as dropped. */
void ef_stats_in(ef_stats_t *stats, const ef_head_t *head);

/* Counts a message lost or refused for a named reason. */
void ef_stats_dropped(ef_stats_t *stats);
void ef_stats_bad(ef_stats_t *stats, uint64_t count);

/* Counts a message done, with its time in this stage (the head's last hop) and its age since
 * capture when both clocks are this host's. */
void ef_stats_out(ef_stats_t *stats, const ef_head_t *head);

/* A word that tells what the stage is doing ("camera missing", "stand-by"); a copy is kept. One that
 * begins with "loading " is reported at once: until the next one, the stage may be busy for a
 * minute without a tick, and is not taken for hung. */
void ef_stats_note(ef_stats_t *stats, const char *note);

/* Once a second, reports; call it often, at least every 100 ms. A stage that has not reported for
 * some seconds is taken for hung, ended and started again. */
void ef_stats_tick(ef_stats_t *stats);

/* The same for code that has no statistics at hand and waits for something outside: ticks those of
 * this process, if it has any. */
void ef_stats_pulse(void);

#endif
