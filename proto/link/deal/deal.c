#include "proto/link/deal/deal.h"

#include <czmq.h>

#include "proto/base/memory.h"
#include "proto/link/deal/kept.h"
#include "proto/link/deal/push.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/link/receipts/credit.h"

#define WAIT_MS 50 /* how often a blocked call looks for a signal, and for silent workers */
#define SILENT_MS 200 /* a worker that has read nothing for so long is passed over */
#define ALONE_MS 10000 /* how long the last worker may be gone, or one may be awaited in silence */
#define LAST_MS                                                                                    \
	1000 /* after the first worker has passed the end on, how long the others may take */
#define WINDOW                                                                                     \
	4 /* unread messages of one worker: enough for a link with delay, and fair at the end */
#define AHEAD 8 /* messages for each worker; see ef_deal_ahead */

typedef struct {
	char *endpoint;
	zsock_t *push;
	ef_attached_t *attached;
	ef_credit_t *credit;
	int64_t dealt_ms; /* when it was sent its last message */
	int answered; /* it was there, or it was said that it is not */
} worker_t;

struct ef_deal {
	char *list;
	ef_policy_t policy;
	worker_t workers[EF_WORKERS_MAX];
	int count;
	ef_kept_list_t kept; /* EF_ALL */
	int64_t began_ms;
	int64_t there_ms; /* when a worker was there last */
	int seen; /* a worker was there */
	uint64_t end_seq; /* of the end, once it was sent */
};

int ef_deal_ahead(int workers)
{
	return AHEAD * workers;
}

/* Returns 0, or -1 after logging why. */
static int add_worker(ef_deal_t *deal, const char *endpoint)
{
	worker_t *worker = &deal->workers[deal->count];

	if (deal->count == EF_WORKERS_MAX) {
		zsys_error("%s: more than %d workers; give fewer", deal->list, EF_WORKERS_MAX);
		return -1;
	}
	deal->count++;
	worker->endpoint = ef_memory_copy(endpoint);
	worker->push = ef_push_new(endpoint, deal->policy);
	worker->credit = ef_credit_new(worker->push, endpoint, deal->policy);
	worker->attached = ef_attach(worker->push, endpoint, false);
	return worker->attached != NULL ? 0 : -1;
}

ef_deal_t *ef_deal_new(const char *list, ef_policy_t policy)
{
	ef_deal_t *deal = ef_memory_new(sizeof(*deal));
	char *copy = ef_memory_copy(list), *rest = NULL;

	deal->list = ef_memory_copy(list);
	deal->policy = policy;
	deal->began_ms = zclock_mono();
	for (char *one = strtok_r(copy, ",", &rest); one != NULL && deal != NULL;
		one = strtok_r(NULL, ",", &rest)) {
		if (add_worker(deal, one) == -1) {
			ef_deal_destroy(&deal);
		}
	}
	free(copy);
	return deal;
}

void ef_deal_destroy(ef_deal_t **deal_p)
{
	ef_deal_t *deal = *deal_p;

	if (deal != NULL) {
		for (int w = 0; w < deal->count; w++) {
			ef_credit_destroy(&deal->workers[w].credit);
			ef_attached_destroy(&deal->workers[w].attached);
			zsock_destroy(&deal->workers[w].push);
			free(deal->workers[w].endpoint);
		}
		ef_kept_clear(&deal->kept);
		free(deal->list);
		free(deal);
		*deal_p = NULL;
	}
}

/* Whom to send to. */

static int is_there(const ef_deal_t *deal, const worker_t *worker)
{
	ef_reader_t reader = ef_credit_reader(worker->credit);

	/* Without receipts nobody knows what was lost. Live, that worker gets its turn. */
	return reader == EF_READER_KNOWN ||
	       (deal->policy == EF_LATEST &&
		       (reader == EF_READER_ASKED || reader == EF_READER_SILENT));
}

/* Who gives no receipts is taken for idle. */
static int load_of(const worker_t *worker)
{
	int mute = ef_credit_reader(worker->credit) == EF_READER_SILENT;

	return mute ? 0 : ef_credit_unread(worker->credit);
}

static int is_silent(const worker_t *worker)
{
	return load_of(worker) > 0 && ef_credit_silent_ms(worker->credit) > SILENT_MS;
}

/* True when a is to be sent the next message rather than b. */
static int is_better(const worker_t *a, const worker_t *b)
{
	if (b == NULL || is_silent(a) != is_silent(b)) {
		return b == NULL || is_silent(b);
	}
	if (load_of(a) != load_of(b)) {
		return load_of(a) < load_of(b);
	}
	return a->dealt_ms < b->dealt_ms;
}

/* Returns NULL when no worker is there. tried: bit w is set for each that is left out. */
static worker_t *choose(ef_deal_t *deal, uint32_t tried)
{
	worker_t *best = NULL;

	for (int w = 0; w < deal->count; w++) {
		worker_t *worker = &deal->workers[w];

		if (!(tried >> w & 1) && is_there(deal, worker) && is_better(worker, best)) {
			best = worker;
		}
	}
	return best;
}

/* Returns what ef_push_send does. */
static int send_to(worker_t *worker, zmq_msg_t *message, uint64_t seq, int is_end)
{
	int result = ef_push_send(worker->push, message);

	if (result == 0) {
		worker->dealt_ms = zclock_mono();
		ef_credit_spend(worker->credit, seq, is_end);
	}
	return result;
}

static int send_live(ef_deal_t *deal, zmq_msg_t *packed, uint64_t seq)
{
	uint32_t tried = 0;
	worker_t *worker;
	int result = 1;

	for (int w = 0; w < deal->count; w++) {
		ef_attached_tend(deal->workers[w].attached);
		ef_credit_tend(deal->workers[w].credit);
	}
	while (result == 1 && (worker = choose(deal, tried)) != NULL) {
		tried |= UINT32_C(1) << (worker - deal->workers);
		result = send_to(worker, packed, seq, 0);
	}
	return result;
}

/* Every message counts. */

static void take_back(ef_deal_t *deal, int w)
{
	worker_t *worker = &deal->workers[w];
	int left = 0;

	for (int k = 0; k < deal->kept.count; k++) {
		left += deal->kept.all[k].holders >> w & 1;
		deal->kept.all[k].holders &= ~(UINT32_C(1) << w);
	}
	zsys_warning(
		"the stage that reads %s has disconnected before the end of the stream; its %d "
		"unread messages are dealt to others",
		worker->endpoint, left);
	ef_credit_again(worker->credit);
}

static int was_read(const ef_deal_t *deal, const ef_kept_t *kept)
{
	for (int w = 0; w < deal->count; w++) {
		if ((kept->holders >> w & 1) &&
			!ef_credit_owes(deal->workers[w].credit, kept->seq)) {
			return 1;
		}
	}
	return 0;
}

/* Handles what has happened. */
static void tend(ef_deal_t *deal)
{
	for (int w = 0; w < deal->count; w++) {
		ef_credit_tend(deal->workers[w].credit);
		if (is_there(deal, &deal->workers[w])) {
			deal->there_ms = zclock_mono();
			deal->seen = 1;
		}
	}
	for (int k = deal->kept.count - 1; k >= 0; k--) {
		if (was_read(deal, &deal->kept.all[k])) {
			ef_kept_remove(&deal->kept, k);
		}
	}
	for (int w = 0; w < deal->count; w++) {
		/* One whose key was revoked is disconnected, and does not come back. */
		if (ef_attached_tend(deal->workers[w].attached) ||
			ef_credit_reader(deal->workers[w].credit) == EF_READER_GONE) {
			take_back(deal, w);
		}
	}
}

static int deal_one(ef_deal_t *deal, ef_kept_t *kept, worker_t *worker)
{
	zmq_msg_t copy;
	int result;

	zmq_msg_init(&copy);
	zmq_msg_copy(&copy, &kept->packed);
	result = send_to(worker, &copy, kept->seq, 0);
	zmq_msg_close(&copy);
	if (result == 0) {
		kept->holders |= UINT32_C(1) << (worker - deal->workers);
	}
	return result;
}

/* True when all that hold it are silent, and that worker is none of them. */
static int is_stuck(const ef_deal_t *deal, const ef_kept_t *kept, const worker_t *other)
{
	for (int w = 0; w < deal->count; w++) {
		if ((kept->holders >> w & 1) &&
			(&deal->workers[w] == other || !is_silent(&deal->workers[w]))) {
			return 0;
		}
	}
	return 1;
}

/* A worker that has nothing to do gets what a silent one was sent first. */
static int deal_again(ef_deal_t *deal)
{
	for (int k = 0; k < deal->kept.count; k++) {
		for (int w = 0; w < deal->count; w++) {
			worker_t *worker = &deal->workers[w];

			if (is_there(deal, worker) && ef_credit_unread(worker->credit) == 0 &&
				is_stuck(deal, &deal->kept.all[k], worker)) {
				return deal_one(deal, &deal->kept.all[k], worker);
			}
		}
	}
	return 1;
}

/* Deals what no worker has yet. Returns how many are left; -1 after logging an error. */
static int deal_new(ef_deal_t *deal)
{
	int left = 0;

	for (int k = 0; k < deal->kept.count; k++) {
		ef_kept_t *kept = &deal->kept.all[k];
		worker_t *worker;
		int result;

		if (kept->holders != 0) {
			continue;
		}
		worker = left == 0 ? choose(deal, 0) : NULL;
		result = worker != NULL && load_of(worker) < WINDOW ? deal_one(deal, kept, worker)
								    : 1;
		if (result == -1) {
			return -1;
		}
		left += result;
	}
	return left;
}

/* Returns 0, or -1 after logging that there is no worker any more. */
static int check_there(ef_deal_t *deal)
{
	int64_t now = zclock_mono();

	if (deal->seen && now - deal->there_ms > ALONE_MS) {
		zsys_error(
			"no stage reads %s any more, and %d messages were not read; see the logs "
			"of those stages",
			deal->list, deal->kept.count);
		return -1;
	}
	for (int w = 0; w < deal->count; w++) {
		worker_t *worker = &deal->workers[w];

		if (is_there(deal, worker)) {
			worker->answered = 1;
		} else if (!worker->answered && ef_endpoint_is_tcp(worker->endpoint) &&
			   now - deal->began_ms > ALONE_MS) {
			worker->answered = 1; /* says it once */
			zsys_warning("nobody who gives receipts answers at %s", worker->endpoint);
		}
	}
	return 0;
}

static void wait_for_news(ef_deal_t *deal)
{
	zmq_pollitem_t items[EF_WORKERS_MAX * EF_CREDIT_ITEMS];
	int count = 0;

	for (int w = 0; w < deal->count; w++) {
		count += ef_credit_items(deal->workers[w].credit, items + count);
	}
	zmq_poll(items, count, WAIT_MS);
}

/* How many messages there are from the oldest that is unread, read ones included: the stage after the
 * workers holds those until the oldest has come. */
static int64_t span(const ef_deal_t *deal)
{
	return deal->kept.count > 0 ? (int64_t)(deal->kept.added - deal->kept.all[0].number) : 0;
}

/* Deals until no message waits for a worker and the span is at most that. Returns 0, or -1 after a
 * signal or after logging why not. */
static int deal_until(ef_deal_t *deal, int most)
{
	while (!zsys_interrupted) {
		int left;

		tend(deal);
		left = deal_new(deal);
		if (left == -1 || check_there(deal) == -1) {
			return -1;
		}
		if (left == 0 && span(deal) <= most) {
			return 0;
		}
		if (deal_again(deal) == -1) {
			return -1;
		}
		wait_for_news(deal);
	}
	return -1;
}

static int send_end(ef_deal_t *deal, zmq_msg_t *packed, uint64_t seq)
{
	deal->end_seq = seq;
	if (deal_until(deal, 0) == -1) {
		return -1;
	}
	for (int w = 0; w < deal->count; w++) {
		zmq_msg_t copy;

		if (!is_there(deal, &deal->workers[w])) {
			continue;
		}
		zmq_msg_init(&copy);
		zmq_msg_copy(&copy, packed);
		send_to(&deal->workers[w], &copy, seq, 1);
		zmq_msg_close(&copy);
	}
	return 0;
}

/* Returns 0, or -1 after logging that something else has ended the stream of a worker. */
static int check_ends(const ef_deal_t *deal, uint64_t seq, int is_end)
{
	for (int w = 0; w < deal->count; w++) {
		const ef_credit_t *credit = deal->workers[w].credit;

		if (ef_credit_ended(credit) && ef_credit_check_end(credit, seq, is_end) == -1) {
			return -1;
		}
	}
	return 0;
}

int ef_deal_send(ef_deal_t *deal, zmq_msg_t *packed, const ef_head_t *head)
{
	if (deal->policy == EF_LATEST) {
		return send_live(deal, packed, head->seq);
	}
	if (check_ends(deal, head->seq, head->kind == EF_END) == -1) {
		return -1;
	}
	if (head->kind == EF_END) {
		return send_end(deal, packed, head->seq);
	}
	ef_kept_add(&deal->kept, packed, head->seq);
	return deal_until(deal, ef_deal_ahead(deal->count) - 1);
}

int ef_deal_finish(ef_deal_t *deal)
{
	int64_t give_up = INT64_MAX;

	while (!zsys_interrupted && zclock_mono() < give_up) {
		int ended = 0, open = 0;

		for (int w = 0; w < deal->count; w++) {
			ef_credit_t *credit = deal->workers[w].credit;

			ef_credit_tend(credit);
			ended += ef_credit_ended(credit);
			open += !ef_credit_ended(credit) &&
				ef_credit_reader(credit) == EF_READER_KNOWN &&
				ef_credit_unread(credit) > 0;
		}
		if (open == 0) {
			if (ended > 0) {
				return check_ends(deal, deal->end_seq, 1);
			}
			zsys_error("the stages that read %s exited before they had read the end of "
				   "the stream; see their logs",
				deal->list);
			return -1;
		}
		if (ended > 0 && give_up == INT64_MAX) {
			give_up = zclock_mono() + LAST_MS;
		}
		wait_for_news(deal);
	}
	return zsys_interrupted ? -1 : check_ends(deal, deal->end_seq, 1);
}
