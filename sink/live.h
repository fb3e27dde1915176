/* The live sink: writes a picture at every tick (pacer.h), whether renders come or not. */
#ifndef EF_SINK_LIVE_H
#define EF_SINK_LIVE_H

#include "proto/stage/stage.h"
#include "sink/audience.h"
#include "sink/output/output.h"

/* Writes until a signal, or until the output fails; after two seconds without a render, the
 * stand-by card. audience: reports readers to capture; while there are none, only the card
 * is written, once a second; NULL: always on. Returns the exit status. */
int ef_live_run(ef_stage_t *stage, const ef_sink_output_t *output, const ef_sink_request_t *request,
	ef_audience_t *audience);

#endif
