#include "agent/questions.h"

#include <czmq.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/link/port.h"

#define NS_PER_MS 1000000

struct ef_questions {
	zsock_t *socket;
	ef_attached_t *attached;
	uint64_t seq; /* of the last ask */
	ef_offset_t offset;
};

ef_questions_t *ef_questions_new(const char *endpoint)
{
	ef_questions_t *questions = ef_memory_new(sizeof(*questions));

	questions->socket = zsock_new(ZMQ_DEALER);
	zsock_set_linger(questions->socket, 0);
	zsock_set_maxmsgsize(questions->socket, (int)EF_SMALL_MESSAGE_MAX);
	ef_connection_bounds(questions->socket, endpoint, 1);
	questions->attached = ef_attach(questions->socket, endpoint, false);
	if (questions->attached == NULL) {
		ef_questions_destroy(&questions);
	}
	return questions;
}

void ef_questions_destroy(ef_questions_t **questions_p)
{
	ef_questions_t *questions = *questions_p;

	if (questions != NULL) {
		ef_attached_destroy(&questions->attached);
		zsock_destroy(&questions->socket);
		free(questions);
		*questions_p = NULL;
	}
}

static int send_ask(ef_questions_t *questions, const ef_ask_t *ask, int64_t now_ns)
{
	ef_message_t message = {
		.head = {.kind = EF_ASK, .seq = ++questions->seq, .t = now_ns}, .ask = *ask};
	size_t size;
	uint8_t *bytes;
	int sent;

	snprintf(message.head.src, sizeof(message.head.src), "%s", ef_host_id());
	bytes = ef_message_encode(&message, &size);
	sent = bytes != NULL &&
	       zmq_send(zsock_resolve(questions->socket), bytes, size, ZMQ_DONTWAIT) != -1;
	free(bytes);
	return sent ? 0 : -1;
}

/* Receives one message if there is one. Returns 1 for the answer to the last ask, else 0. */
static int take_answer(ef_questions_t *questions, ef_message_t *answer, const char **why)
{
	zmq_msg_t raw;
	int got, is_answer = 0;

	zmq_msg_init(&raw);
	got = ef_part_receive(zsock_resolve(questions->socket), &raw, ZMQ_DONTWAIT, NULL);
	if (got == -1) {
		*why = "it has more than one part";
	} else if (got == 1 &&
		   ef_message_decode(answer, zmq_msg_data(&raw), zmq_msg_size(&raw), why) == 0) {
		is_answer = answer->head.kind == EF_STATS && answer->head.hops == 1 &&
			    answer->head.seq == questions->seq;
	}
	zmq_msg_close(&raw);
	return is_answer;
}

int ef_questions_ask(ef_questions_t *questions, const ef_ask_t *ask, int64_t until_ns,
	ef_message_t *answer, const char **why)
{
	int64_t t1 = ef_now_ns(), now = t1;

	*why = NULL;
	if (send_ask(questions, ask, t1) == -1) {
		return -1;
	}
	while (now < until_ns && !zsys_interrupted) {
		zmq_pollitem_t item = {zsock_resolve(questions->socket), 0, ZMQ_POLLIN, 0};

		zmq_poll(&item, 1, (long)((until_ns - now) / NS_PER_MS) + 1);
		now = ef_now_ns();
		if (take_answer(questions, answer, why)) {
			const ef_hop_t *hop = &answer->head.trace[0];

			if (ask->want != EF_WANT_RESTART) {
				ef_offset_add(&questions->offset, t1, hop->in_ns, hop->out_ns, now);
			}
			return 0;
		}
	}
	return -1;
}

const ef_offset_t *ef_questions_offset(const ef_questions_t *questions)
{
	return &questions->offset;
}
