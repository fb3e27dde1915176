#include "capture/file/pace.h"

int64_t ef_pace_due(ef_pace_t *pace, int64_t media_ns, int64_t now_ns)
{
	if (!pace->started || now_ns > pace->anchor_ns + media_ns + EF_PACE_LATE_NS) {
		pace->started = 1;
		pace->anchor_ns = now_ns - media_ns;
	}
	return pace->anchor_ns + media_ns;
}
