/* Fits frames to the link to a tracker on another machine: their luma alone, as a JPEG whose quality
 * follows what the link takes. */
#ifndef EF_SLIM_H
#define EF_SLIM_H

#include "proto/link/link_options.h"

typedef struct ef_slim ef_slim_t;

/* Never NULL. */
ef_slim_t *ef_slim_new(void);
void ef_slim_destroy(ef_slim_t **slim);

/* An ef_fit_fn, self an ef_slim_t *. A frame is left out while the one before it is still on its way,
 * and one that cannot be read as a picture. A frame wider than 960 pixels becomes 640 wide. */
const ef_message_t *ef_slim_frame(
	void *self, const ef_message_t *frame, const ef_congestion_t *congestion);

#endif
