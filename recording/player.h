/* Sends a recording through the output of a stage: in its time or another, once or again and again. */
#ifndef EF_PLAYER_H
#define EF_PLAYER_H

#include "proto/stage/stage.h"
#include "recording/recording.h"

/* The first members are set by the caller, the others start as zero. */
typedef struct {
	ef_stage_t *stage;
	ef_recording_t *recording;
	ef_kind_t kind; /* of the messages to send */
	double speed; /* times as fast as recorded; 0: as fast as the stage reads */

	int64_t first_t; /* the recording's first time */
	int64_t start_ns; /* time when that was sent */
	int64_t t_offset; /* grows with each round */
	uint64_t seq_offset;
	uint64_t next_seq;
	int64_t last_t;
	uint64_t other; /* messages of another kind, in this round */
	int broken; /* the file is damaged */
	ef_message_t first; /* was read to choose the edge, and is still to be sent */
	int has_first;
	int is_part; /* --from or --to */
} ef_player_t;

/* Sends the recording, and under EF_ALL an EF_END. Returns the exit status, after logging what is
 * wrong. */
int ef_player_run(ef_player_t *player, int loop);

#endif
