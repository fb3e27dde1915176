#include "recording/player.h"

#include <czmq.h>

#include "proto/base/clock.h"

/* Between two rounds of --loop, as between two frames at 30 fps. */
#define ROUND_GAP_NS 33333333
#define NAP_NS 100000000 /* of a long wait, after which it looks whether to stop */

/* Waits until so many ns after the first message. */
static void wait_for(const ef_player_t *player, double after)
{
	int64_t due = player->start_ns + (int64_t)(after < EF_TIME_MAX ? after : EF_TIME_MAX);
	int64_t now = ef_now_ns();

	while (now < due && !ef_stage_stopping()) {
		ef_sleep_until(due - now < NAP_NS ? due : now + NAP_NS);
		ef_stats_tick(player->stage->stats);
		now = ef_now_ns();
	}
}

static int send_one(ef_player_t *player, ef_message_t *message)
{
	message->head.t += player->t_offset;
	message->head.seq += player->seq_offset;
	if (player->speed > 0) {
		wait_for(player, (double)(message->head.t - player->first_t) / player->speed);
	}
	/* The trace of the recorded run does not describe this one. */
	message->head.hops = 0;
	ef_head_enter(&message->head, "replay", ef_now_ns());
	player->last_t = message->head.t;
	player->next_seq = message->head.seq + 1;
	ef_stats_in(player->stage->stats, &message->head);
	ef_stats_tick(player->stage->stats);
	return ef_stage_send(player->stage, message);
}

/* Places a round in the stream that is sent. */
static void begin_round(ef_player_t *player, const ef_message_t *first)
{
	if (player->start_ns == 0) {
		player->first_t = first->head.t;
		player->start_ns = ef_now_ns();
	} else {
		/* A recording that claims to last for years starts from 0: no overflow. */
		player->t_offset = player->last_t > EF_TIME_MAX
					   ? 0
					   : player->last_t + ROUND_GAP_NS - first->head.t;
		player->seq_offset = player->next_seq - first->head.seq;
	}
}

static int next_message(ef_player_t *player, ef_message_t *message)
{
	if (player->has_first) {
		*message = player->first;
		player->has_first = 0;
		return 1;
	}
	return ef_recording_next(player->recording, message);
}

/* Sends the file once. Returns the number of messages sent. */
static uint64_t play_round(ef_player_t *player)
{
	ef_message_t message;
	uint64_t sent = 0;
	int got = 0;

	while (!ef_stage_stopping()) {
		got = next_message(player, &message);
		if (got != 1) {
			break;
		}
		if (message.head.kind != player->kind) {
			player->other += message.head.kind != EF_END;
			continue;
		}
		if (sent == 0) {
			begin_round(player, &message);
		}
		if (send_one(player, &message) == -1) {
			break;
		}
		sent++;
	}
	player->broken = got == -1;
	return sent;
}

/* Reports messages that were not sent. Returns the exit status. */
static int tell_result(const ef_player_t *player, uint64_t total)
{
	if (player->other > 0) {
		zsys_error("%" PRIu64 " messages in %s are not of kind %s and were not sent; %s",
			player->other, ef_recording_name(player->recording),
			ef_kind_name(player->kind),
			total == 0 ? "choose another --edge" : "the others were sent");
		return 1;
	}
	if (total == 0 && !player->broken && !ef_stage_stopping()) {
		zsys_error("%s contains no message of kind %s%s; create a recording with "
			   "effigy-record",
			ef_recording_name(player->recording), ef_kind_name(player->kind),
			player->is_part ? " in that part" : "");
		return 1;
	}
	return player->broken;
}

static void tell_cut(const ef_player_t *player)
{
	if (ef_recording_is_cut(player->recording)) {
		zsys_warning("%s was cut off: its end is missing; everything before is used",
			ef_recording_name(player->recording));
	}
}

int ef_player_run(ef_player_t *player, int loop)
{
	ef_message_t end = {.head = {.kind = EF_END}};
	uint64_t total = 0, sent;
	int status;

	do {
		if (total > 0) {
			ef_recording_rewind(player->recording);
		}
		player->other = 0;
		sent = play_round(player);
		total += sent;
	} while (loop && sent > 0 && !player->broken && !ef_stage_stopping());
	tell_cut(player);
	status = tell_result(player, total);
	if (total > 0 && player->stage->policy == EF_ALL && !ef_stage_stopping()) {
		int finished;

		end.head.seq = player->next_seq;
		end.head.t = player->last_t;
		snprintf(end.head.src, sizeof(end.head.src), "%s", ef_host_id());
		finished = ef_stage_finish(player->stage, &end);
		return finished != 0 ? finished : status;
	}
	zclock_sleep(100); /* for ZeroMQ to send the last messages */
	return status;
}
