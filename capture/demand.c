#include "capture/demand.h"

#include <czmq.h>

#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/link/link.h"

struct ef_demand {
	ef_input_t *input;
	int wanted; /* by the latest message */
	int64_t heard_ms;
	ef_limiter_t bad;
};

ef_demand_t *ef_demand_new(const char *endpoint)
{
	ef_input_t *input = ef_input_new(&(ef_link_options_t){
		.endpoint = endpoint, .policy = EF_LATEST, .kind = EF_CONTROL});
	ef_demand_t *demand;

	if (input == NULL) {
		return NULL;
	}
	demand = ef_memory_new(sizeof(*demand));
	demand->input = input;
	return demand;
}

void ef_demand_destroy(ef_demand_t **demand_p)
{
	ef_demand_t *demand = *demand_p;

	if (demand != NULL) {
		ef_input_destroy(&demand->input);
		free(demand);
		*demand_p = NULL;
	}
}

int ef_demand_wanted(ef_demand_t *demand, int timeout_ms)
{
	ef_message_t message;
	ef_refused_t refused;
	int got = ef_input_receive(demand->input, timeout_ms, &message, &refused);

	if (refused.count > 0) {
		ef_warn_limited(&demand->bad, "dropped a control message: %s", refused.why);
	}
	if (got == 1) {
		demand->wanted = message.demand > 0;
		demand->heard_ms = zclock_mono();
	}
	return demand->wanted && zclock_mono() < demand->heard_ms + EF_DEMAND_SILENCE_MS;
}
