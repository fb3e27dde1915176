/* Schedule by which a file is played in real time, as if it were a webcam. */
#ifndef EF_CAPTURE_PACE_H
#define EF_CAPTURE_PACE_H

#include <stdint.h>

/* A picture later than this moves the whole schedule: a burst to catch up would only put old
 * pictures in front of new ones. Smaller delays are the jitter of the scheduler. */
#define EF_PACE_LATE_NS 10000000

typedef struct {
	int started;
	int64_t anchor_ns; /* CLOCK_MONOTONIC of media time 0 */
} ef_pace_t;

/* Returns the CLOCK_MONOTONIC time at which the picture of that media time is due. The first
 * picture and a late one are due at once. */
int64_t ef_pace_due(ef_pace_t *pace, int64_t media_ns, int64_t now_ns);

#endif
