/* The live sink: a picture at every tick of the set rate, whatever comes or does not come. */
#ifndef EF_SINK_LIVE_H
#define EF_SINK_LIVE_H

#include "proto/stage/stage.h"
#include "sink/audience.h"
#include "sink/output/output.h"

/* Writes until a signal, or until the output fails. standby_s: seconds without a render until the
 * stand-by card. audience: who is told whether anybody watches, and then only the card is written
 * while nobody does; NULL: always on. Returns the exit status. */
int ef_live_run(ef_stage_t *stage, const ef_sink_output_t *output, const ef_sink_request_t *request,
	double standby_s, ef_audience_t *audience);

#endif
