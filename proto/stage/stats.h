/* Statistics of a stage: counts, frame rate, times. */
#ifndef EF_STATS_H
#define EF_STATS_H

#include <stdint.h>
#include <stdio.h>

#include "proto/stage/histogram.h"
#include "proto/wire/message.h"

typedef struct ef_stats ef_stats_t;

/* path: a file that is replaced once a second by one JSON object, or NULL; borrowed. verbose: logs
 * a line once a second. Never fails: when path cannot be written, it warns once and touches the
 * existing file instead, so that a watchdog sees that this process runs.
 *
 * Counts and times in the object are totals since the start; those that begin with "recent_" are
 * of the last "recent_s" seconds, at most ten. "fps" is the rate of the last second. "boot_s" is
 * the time of writing, by the clock of /proc/uptime. "recent_way_..." are times from the stage before,
 * which runs on "way_host": of two clocks, unless that is "host", where this stage runs. */
ef_stats_t *ef_stats_new(const char *stage, const char *path, int verbose);

/* Writes the totals, to stderr and to the file, and frees. */
void ef_stats_destroy(ef_stats_t **stats);

/* Counts a message received; gaps in seq are counted as dropped. */
void ef_stats_in(ef_stats_t *stats, const ef_head_t *head);

/* From now on a gap is what other workers got. */
void ef_stats_share(ef_stats_t *stats);
/* Notes how long a message that has arrived at now_ns came from the stage before; see way.h. */
void ef_stats_way(ef_stats_t *stats, const ef_head_t *head, int64_t now_ns);

/* Counts a message that was lost, and messages that were refused. */
void ef_stats_dropped(ef_stats_t *stats);
void ef_stats_bad(ef_stats_t *stats, uint64_t count);

/* Counts a message that was sent, with its time in this stage (the head's last hop) and its age
 * since capture when capture ran on this host. */
void ef_stats_out(ef_stats_t *stats, const ef_head_t *head);

/* For a stage that shows pictures: counts one that was written so long after the one before (0: there was
 * none), and how many pictures showed the same again though a new one was expected. Only such a stage has
 * "cadence_...", the times between pictures, and "repeated" in its object. */
void ef_stats_shown(ef_stats_t *stats, int64_t since_ns, uint64_t repeated);

/* Sets a short text that says what the stage is doing ("camera missing", "stand-by"); it is
 * copied. A text that begins with "loading " is written at once: until the next one, the stage
 * may be busy for a minute without a tick, and the watchdog does not treat it as hung. */
void ef_stats_note(ef_stats_t *stats, const char *note);

/* Writes the statistics when a second has passed. Call it at least every 100 ms: a stage that
 * has not written for some seconds is treated as hung, and restarted. */
void ef_stats_tick(ef_stats_t *stats);

/* The same for code without access to the statistics that waits for something outside: ticks
 * those of this process, if there are any. */
void ef_stats_pulse(void);

#endif
