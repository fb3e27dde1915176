#include "proto/link/deal/turn.h"

#include <stdio.h>
#include <string.h>

#define LATE_NS INT64_C(2000000000) /* what is older comes from a source that has started again */
#define REST_MS 2000 /* without a message for so long, one of a worker without work is welcome */

int ef_turn_take(ef_turn_t *turn, const ef_head_t *head, int64_t now_ms)
{
	int same = turn->begun && strcmp(turn->src, head->src) == 0;
	/* Only the stage itself is in the trace. */
	int at_rest = head->hops == 1;

	if (turn->begun && at_rest && now_ms - turn->came_ms < REST_MS) {
		return 0;
	}
	if (same && head->t < turn->t && turn->t - head->t < LATE_NS) {
		return 0;
	}
	if (!at_rest) {
		turn->begun = 1;
		snprintf(turn->src, sizeof(turn->src), "%s", head->src);
		turn->t = head->t;
		turn->came_ms = now_ms;
	}
	return 1;
}
