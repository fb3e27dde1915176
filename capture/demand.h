/* Receives the sink's control messages, which say whether a program reads the virtual camera
 * (proto/SPEC.md, control). */
#ifndef EF_CAPTURE_DEMAND_H
#define EF_CAPTURE_DEMAND_H

/* A sink that has sent nothing for so long is taken for gone, and nobody watches. */
#define EF_DEMAND_SILENCE_MS 5000

typedef struct ef_demand ef_demand_t;

/* Binds to endpoint. Returns NULL after logging why it cannot. */
ef_demand_t *ef_demand_new(const char *endpoint);
void ef_demand_destroy(ef_demand_t **demand);

/* Waits up to timeout_ms for a message. Returns true while somebody watches. */
int ef_demand_wanted(ef_demand_t *demand, int timeout_ms);

#endif
