/* Tells capture whether any program reads the virtual camera, so that it can switch the webcam
 * off. */
#ifndef EF_SINK_AUDIENCE_H
#define EF_SINK_AUDIENCE_H

#include "proto/stage/stage.h"

/* The webcam stays on for so long after the last reader: programs close and open a camera to change
 * its settings. */
#define EF_AUDIENCE_LINGER_NS INT64_C(3000000000)

typedef struct ef_audience ef_audience_t;

/* endpoint: where capture listens. Returns NULL after logging why it cannot be used. */
ef_audience_t *ef_audience_new(const char *endpoint);
void ef_audience_destroy(ef_audience_t **audience);

/* Takes the number of programs that read now, and sends it to capture when it has changed and
 * once a second. Returns true while there is a reader, and for EF_AUDIENCE_LINGER_NS after the
 * last. */
int ef_audience_update(ef_audience_t *audience, int readers, int64_t now_ns);

#endif
