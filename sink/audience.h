/* Whether anybody watches the virtual camera, told to the source, which may rest meanwhile. */
#ifndef EF_SINK_AUDIENCE_H
#define EF_SINK_AUDIENCE_H

#include "proto/stage/stage.h"

/* A program that opens the camera again at once, as one does to change its settings, finds it on. */
#define EF_AUDIENCE_LINGER_NS INT64_C(3000000000)

typedef struct ef_audience ef_audience_t;

/* endpoint: where the source listens. NULL after logging why not. */
ef_audience_t *ef_audience_new(const char *endpoint);
void ef_audience_destroy(ef_audience_t **audience);

/* Takes how many programs read now, and tells the source when that has changed and once a second.
 * Returns true while somebody watches, and for a while after. */
int ef_audience_update(ef_audience_t *audience, int readers, int64_t now_ns);

#endif
