#include "agent/offset.h"

void ef_offset_add(ef_offset_t *offset, int64_t t1, int64_t t2, int64_t t3, int64_t t4)
{
	int64_t round = (t4 - t1) - (t3 - t2);

	/* t2 and t3 are what another machine claims. */
	if (t3 < t2 || t4 < t1 || round < 0) {
		return;
	}
	if (offset->count == 0 || round < offset->round_ns) {
		offset->round_ns = round;
		offset->offset_ns = (t2 - t1) - round / 2;
	}
	offset->count++;
}
