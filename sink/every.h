/* The sink of a conversion: writes each render once, in order, until the end. */
#ifndef EF_SINK_EVERY_H
#define EF_SINK_EVERY_H

#include "proto/stage/stage.h"
#include "sink/output/output.h"

/* Writes until the source's end or a signal. Returns the exit status. */
int ef_every_run(
	ef_stage_t *stage, const ef_sink_output_t *output, const ef_sink_request_t *request);

#endif
