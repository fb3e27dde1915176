#include "proto/link/newest.h"

#include <czmq.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>

#include "proto/base/memory.h"
#include "proto/link/deal/turn.h"

#define LOOK_MS 100 /* how often the port's peers are checked */

typedef struct {
	zmq_msg_t raw;
	ef_message_t message; /* its pixels point into raw */
} slot_t;

struct ef_newest {
	ef_port_t *port;
	int workers; /* 0: one sends */
	ef_turn_t turn;
	zactor_t *thread;
	int event; /* eventfd: readable after a new message or a refusal */
	slot_t slots[3];

	pthread_mutex_t mutex; /* protects the fields below */
	slot_t *filled; /* the thread receives into it */
	slot_t *fresh; /* the newest message, not yet taken; or NULL */
	slot_t *taken; /* the stage uses it */
	uint64_t refused;
	const char *why;
};

static void notify(const ef_newest_t *newest)
{
	(void)!write(newest->event, &(uint64_t){1}, sizeof(uint64_t));
}

/* Makes the filled slot the fresh one; the slot that is neither fresh nor taken is filled next. */
static void offer(ef_newest_t *newest)
{
	slot_t *old;

	pthread_mutex_lock(&newest->mutex);
	old = newest->fresh;
	newest->fresh = newest->filled;
	for (int i = 0; old == NULL && i < 3; i++) {
		slot_t *slot = &newest->slots[i];

		old = slot != newest->fresh && slot != newest->taken ? slot : NULL;
	}
	newest->filled = old;
	pthread_mutex_unlock(&newest->mutex);
	notify(newest);
}

static void refuse(ef_newest_t *newest, const char *why)
{
	pthread_mutex_lock(&newest->mutex);
	newest->refused++;
	newest->why = why;
	pthread_mutex_unlock(&newest->mutex);
	notify(newest);
}

/* With the policy latest, EF_END is ignored: another source may follow. */
static int is_wanted(ef_newest_t *newest, const ef_head_t *head)
{
	return head->kind != EF_END &&
	       (newest->workers == 0 || ef_turn_take(&newest->turn, head, zclock_mono()));
}

static void receive(ef_newest_t *newest)
{
	slot_t *slot = newest->filled;
	const char *why = NULL;
	int got = ef_port_receive(newest->port, &slot->raw, &slot->message, &why);

	if (got == -1) {
		refuse(newest, why);
	} else if (got == 1 && is_wanted(newest, &slot->message.head)) {
		offer(newest);
	}
}

static void run(zsock_t *pipe, void *argument)
{
	ef_newest_t *newest = argument;
	zmq_pollitem_t items[] = {{zsock_resolve(pipe), 0, ZMQ_POLLIN, 0},
		{ef_port_socket(newest->port), 0, ZMQ_POLLIN, 0}};
	sigset_t all;

	/* Signals go to the main thread, and end its waiting. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	zsock_signal(pipe, 0);
	do {
		receive(newest);
		zmq_poll(items, 2, LOOK_MS);
	} while (!(items[0].revents & ZMQ_POLLIN));
	free(zstr_recv(pipe));
}

ef_newest_t *ef_newest_new(ef_port_t *port, int workers)
{
	ef_newest_t *newest = ef_memory_new(sizeof(*newest));

	newest->port = port;
	newest->workers = workers;
	newest->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&newest->mutex, NULL);
	for (int i = 0; i < 3; i++) {
		zmq_msg_init(&newest->slots[i].raw);
	}
	newest->filled = &newest->slots[0];
	if (newest->event != -1) {
		newest->thread = zactor_new(run, newest);
	}
	if (newest->thread == NULL) {
		zsys_error("cannot start a thread that receives: %s", strerror(errno));
		ef_newest_destroy(&newest);
	}
	return newest;
}

void ef_newest_destroy(ef_newest_t **newest_p)
{
	ef_newest_t *newest = *newest_p;

	if (newest != NULL) {
		zactor_destroy(&newest->thread);
		for (int i = 0; i < 3; i++) {
			zmq_msg_close(&newest->slots[i].raw);
		}
		if (newest->event != -1) {
			close(newest->event);
		}
		pthread_mutex_destroy(&newest->mutex);
		free(newest);
		*newest_p = NULL;
	}
}

/* Returns 1 with *message; -1 when a refusal was not reported yet; else 0. */
static int look(ef_newest_t *newest, ef_message_t *message)
{
	int result = 0;

	pthread_mutex_lock(&newest->mutex);
	if (newest->fresh != NULL) {
		newest->taken = newest->fresh;
		newest->fresh = NULL;
		*message = newest->taken->message;
		result = 1;
	} else if (newest->refused > 0) {
		result = -1;
	}
	pthread_mutex_unlock(&newest->mutex);
	return result;
}

int ef_newest_take(ef_newest_t *newest, int timeout_ms, ef_message_t *message)
{
	struct pollfd event = {.fd = newest->event, .events = POLLIN};
	int64_t left = timeout_ms, deadline = zclock_mono() + timeout_ms;
	int found;

	/* The event may still be set by a message that was taken already. */
	while ((found = look(newest, message)) == 0 && left > 0 &&
		poll(&event, 1, (int)left) == 1) {
		(void)!read(newest->event, &(uint64_t){0}, sizeof(uint64_t));
		left = deadline - zclock_mono();
	}
	return found == 1;
}

void ef_newest_move(ef_newest_t *newest, zmq_msg_t *raw)
{
	if (newest->taken != NULL) {
		zmq_msg_move(raw, &newest->taken->raw);
	}
}

uint64_t ef_newest_refused(ef_newest_t *newest, const char **why)
{
	uint64_t refused;

	pthread_mutex_lock(&newest->mutex);
	refused = newest->refused;
	*why = newest->why;
	newest->refused = 0;
	pthread_mutex_unlock(&newest->mutex);
	return refused;
}
