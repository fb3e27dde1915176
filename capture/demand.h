/* Whether anybody watches, as the sink tells it (proto/SPEC.md, control). */
#ifndef EF_CAPTURE_DEMAND_H
#define EF_CAPTURE_DEMAND_H

/* A sink that is silent for so long is gone, and with it whoever watched. */
#define EF_DEMAND_SILENCE_MS 5000

typedef struct ef_demand ef_demand_t;

/* Listens at endpoint. NULL after logging why not. */
ef_demand_t *ef_demand_new(const char *endpoint);
void ef_demand_destroy(ef_demand_t **demand);

/* Waits up to timeout_ms for news. True while somebody watches. */
int ef_demand_wanted(ef_demand_t *demand, int timeout_ms);

#endif
