#include "sink/audience.h"

#include <czmq.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"

#define REPEAT_NS INT64_C(1000000000)

struct ef_audience {
	ef_output_t *output;
	uint64_t seq;
	int told; /* the demand sent last; -1: none yet */
	int64_t told_ns;
	int64_t seen_ns; /* when somebody read last; 0: never */
};

ef_audience_t *ef_audience_new(const char *endpoint)
{
	ef_output_t *output =
		ef_output_new(&(ef_link_options_t){.endpoint = endpoint, .policy = EF_LATEST});
	ef_audience_t *audience;

	if (output == NULL) {
		return NULL;
	}
	audience = ef_memory_new(sizeof(*audience));
	audience->output = output;
	audience->told = -1;
	return audience;
}

void ef_audience_destroy(ef_audience_t **audience_p)
{
	ef_audience_t *audience = *audience_p;

	if (audience != NULL) {
		ef_output_destroy(&audience->output);
		free(audience);
		*audience_p = NULL;
	}
}

static void tell(ef_audience_t *audience, int demand, int64_t now_ns)
{
	ef_message_t message = {.head = {.kind = EF_CONTROL, .seq = audience->seq++, .t = now_ns},
		.demand = demand};

	snprintf(message.head.src, sizeof(message.head.src), "%s", ef_host_id());
	/* A lost message does no harm: it is sent again in a second. */
	ef_output_send(audience->output, &message);
	audience->told = demand;
	audience->told_ns = now_ns;
}

int ef_audience_update(ef_audience_t *audience, int readers, int64_t now_ns)
{
	int demand = readers;

	if (readers > 0) {
		audience->seen_ns = now_ns;
	} else if (audience->seen_ns > 0 && now_ns < audience->seen_ns + EF_AUDIENCE_LINGER_NS) {
		demand = 1;
	}
	if (demand != audience->told || now_ns >= audience->told_ns + REPEAT_NS) {
		tell(audience, demand, now_ns);
	}
	return demand > 0;
}
