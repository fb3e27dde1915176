/* How far the clock of another host is from this one's, by echo.
 *
 * The estimate of NTP (RFC 5905, section 8): an ask leaves at t1, arrives at t2 and is answered at t3
 * by the other clock, and the answer arrives at t4. Both ways together take (t4 - t1) - (t3 - t2). If
 * they are equally long, the other clock is ((t2 - t1) + (t3 - t4)) / 2 ahead; the error is at most
 * half of the round trip. Of many, the shortest one knows best. */
#ifndef EF_OFFSET_H
#define EF_OFFSET_H

#include <stdint.h>

typedef struct {
	int count; /* of round trips; 0: nothing is known */
	int64_t offset_ns; /* the other clock minus this one */
	int64_t round_ns; /* of the shortest round trip */
} ef_offset_t;

/* Takes one round trip into a zero-initialised estimate. One that claims to have taken less than no
 * time is left out. */
void ef_offset_add(ef_offset_t *offset, int64_t t1, int64_t t2, int64_t t3, int64_t t4);

#endif
