#include "proto/stage/waited.h"

#include <string.h>

#include "proto/base/clock.h"

#define SPAN_NS INT64_C(30000000000)
#define CHANGED_NS INT64_C(2000000000)

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* From the first hop, on this host, to now. */
static int64_t exact(const ef_head_t *head, int64_t now_ns)
{
	int64_t waited = ef_head_age(head, now_ns);

	for (size_t i = 0; i < head->hops; i++) {
		int64_t worked = head->trace[i].out_ns - head->trace[i].in_ns;

		/* A hop that claims more than the whole way claims nothing. */
		waited -= worked > 0 && worked <= waited ? worked : 0;
	}
	return waited;
}

static void forget(ef_ways_t *ways, const char *host, int64_t way, int64_t now_ns)
{
	*ways = (ef_ways_t){.began_ns = now_ns, .shortest = {way, way}};
	memcpy(ways->host, host, sizeof(ways->host));
}

static int64_t longer_than_shortest(
	ef_ways_t *ways, const char *host, int64_t way, int64_t now_ns, int64_t limit_ns)
{
	int64_t waited;

	if (strcmp(ways->host, host) != 0) {
		forget(ways, host, way, now_ns);
	} else if (now_ns - ways->began_ns > SPAN_NS) {
		ways->began_ns = now_ns;
		ways->shortest[1] = ways->shortest[0];
		ways->shortest[0] = way;
	}
	ways->shortest[0] = least(ways->shortest[0], way);
	waited = way - least(ways->shortest[0], ways->shortest[1]);
	if (waited <= limit_ns) {
		ways->late_ns = 0;
	} else if (ways->late_ns == 0) {
		ways->late_ns = now_ns;
	} else if (now_ns - ways->late_ns > CHANGED_NS) {
		forget(ways, host, way, now_ns);
		return 0;
	}
	return waited;
}

int64_t ef_waited(ef_ways_t *ways, const ef_head_t *head, int64_t now_ns, int64_t limit_ns)
{
	const ef_hop_t *last;

	if (head->hops == 0) {
		return 0;
	}
	if (ef_head_age(head, now_ns) >= 0) {
		return exact(head, now_ns);
	}
	last = &head->trace[head->hops - 1];
	return longer_than_shortest(ways, last->host, now_ns - last->out_ns, now_ns, limit_ns);
}
