#include "proto/link/receipts/credit.h"

#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/link/receipts/receipts.h"
#include "proto/link/socket_events.h"
#include "proto/wire/message.h"

#define WAIT_MS 100 /* how often a blocked call checks for a signal */
#define WINDOW 8 /* unread messages: enough that no stage has to wait for a receipt */
#define LAST_MS 1000 /* timeout for the last receipt */
#define REMIND_MS 10000

typedef enum {
	ABSENT, /* no reader is connected yet */
	ASKED, /* a reader is connected; not known yet whether it gives receipts */
	SILENT, /* a reader without receipts: it disconnects at the end (SPEC.md) */
	KNOWN, /* a reader that gives receipts */
	GONE, /* disconnected after messages were sent to it */
} reader_t;

struct ef_credit {
	char *endpoint;
	reader_t reader;
	ef_monitor_t *link; /* connections of the link's reader */
	zsock_t *receipts; /* set when ASKED or KNOWN, and kept when GONE, for the last receipts */
	ef_attached_t *attached; /* of receipts */
	ef_monitor_t *asking; /* connection events of receipts */
	uint64_t sent;
	uint64_t first; /* messages that the reader had read from earlier senders */
	ef_receipt_t newest;
};

ef_credit_t *ef_credit_new(zsock_t *link, const char *endpoint)
{
	ef_credit_t *credit = ef_memory_new(sizeof(*credit));

	credit->endpoint = ef_memory_copy(endpoint);
	credit->link = ef_monitor_new(link, ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED);
	return credit;
}

static void stop_asking(ef_credit_t *credit)
{
	ef_attached_destroy(&credit->attached);
	ef_monitor_destroy(&credit->asking);
	zsock_destroy(&credit->receipts);
}

void ef_credit_destroy(ef_credit_t **credit_p)
{
	ef_credit_t *credit = *credit_p;

	if (credit != NULL) {
		stop_asking(credit);
		ef_monitor_destroy(&credit->link);
		free(credit->endpoint);
		free(credit);
		*credit_p = NULL;
	}
}

/* A reader with receipts binds them before its input: they can be reached now, or never. */
static void ask(ef_credit_t *credit)
{
	char place[512];

	ef_receipts_endpoint(credit->endpoint, place, sizeof(place));
	if (*credit->endpoint == '@' || *place == '\0') {
		credit->reader = SILENT;
		return;
	}
	stop_asking(credit);
	credit->reader = ASKED;
	credit->receipts = zsock_new(ZMQ_SUB);
	zsock_set_linger(credit->receipts, 0);
	zsock_set_maxmsgsize(credit->receipts, (int)EF_SMALL_MESSAGE_MAX);
	zsock_set_subscribe(credit->receipts, "");
	ef_connection_bounds(credit->receipts, place, 0);
	credit->asking = ef_monitor_new(credit->receipts,
		ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED |
			ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL);
	credit->attached = ef_attach(credit->receipts, place, false);
	if (credit->attached == NULL) {
		stop_asking(credit);
		credit->reader = SILENT;
	}
}

static void follow_link(ef_credit_t *credit)
{
	int event, ignored;

	while ((event = ef_monitor_next(credit->link, &ignored)) != 0) {
		if (event == ZMQ_EVENT_DISCONNECTED) {
			credit->reader = credit->sent > 0 ? GONE : ABSENT;
		} else if (credit->reader == ABSENT) {
			ask(credit);
		}
	}
}

static void read_receipts(ef_credit_t *credit)
{
	zmq_msg_t raw;

	zmq_msg_init(&raw);
	while (zmq_msg_recv(&raw, zsock_resolve(credit->receipts), ZMQ_DONTWAIT) != -1) {
		ef_message_t message;
		const char *why;

		if (ef_message_decode(&message, zmq_msg_data(&raw), zmq_msg_size(&raw), &why) ==
				-1 ||
			message.head.kind != EF_RECEIPT) {
			continue;
		}
		if (credit->reader == ASKED) {
			credit->reader = KNOWN;
			credit->first = message.receipt.taken;
		}
		credit->newest = message.receipt;
	}
	zmq_msg_close(&raw);
}

static void follow_receipts(ef_credit_t *credit)
{
	int ignored;

	if (credit->receipts == NULL) {
		return;
	}
	read_receipts(credit);
	if (credit->reader == ASKED && ef_monitor_next(credit->asking, &ignored) != 0) {
		stop_asking(credit);
		credit->reader = SILENT;
	}
}

static uint64_t under_way(const ef_credit_t *credit)
{
	uint64_t taken = credit->newest.taken - credit->first;

	return taken < credit->sent ? credit->sent - taken : 0;
}

/* Handles events; waits for the first one up to wait_ms. */
static void follow(ef_credit_t *credit, int wait_ms)
{
	zmq_pollitem_t items[3] = {{ef_monitor_socket(credit->link), 0, ZMQ_POLLIN, 0}};
	int count = 1;

	if (wait_ms > 0) {
		if (credit->receipts != NULL) {
			items[count++] =
				(zmq_pollitem_t){zsock_resolve(credit->receipts), 0, ZMQ_POLLIN, 0};
		}
		if (credit->reader == ASKED) {
			items[count++] = (zmq_pollitem_t){
				ef_monitor_socket(credit->asking), 0, ZMQ_POLLIN, 0};
		}
		zmq_poll(items, count, wait_ms);
	}
	follow_link(credit);
	follow_receipts(credit);
}

/* The reader disconnected too early. */
static int report_gone(ef_credit_t *credit)
{
	if (credit->receipts == NULL) {
		zsys_error(
			"the stage that reads %s exited before the end of the stream; see its log",
			credit->endpoint);
		return -1;
	}
	zsys_error("the stage that reads %s exited too early: %" PRIu64 " of %" PRIu64
		   " messages were not read; see its log",
		credit->endpoint, under_way(credit), credit->sent);
	return -1;
}

int ef_credit_wait(ef_credit_t *credit)
{
	follow(credit, 0);
	while (!zsys_interrupted) {
		if (credit->reader == GONE) {
			return report_gone(credit);
		}
		if (credit->reader == SILENT ||
			(credit->reader == KNOWN && under_way(credit) < WINDOW)) {
			return 0;
		}
		follow(credit, WAIT_MS);
	}
	return -1;
}

void ef_credit_spend(ef_credit_t *credit)
{
	credit->sent++;
}

int ef_credit_finish(ef_credit_t *credit)
{
	int64_t remind = zclock_mono() + REMIND_MS;
	int64_t give_up = INT64_MAX;

	follow(credit, 0);
	while (!zsys_interrupted && zclock_mono() < give_up) {
		if (credit->newest.ended && under_way(credit) == 0) {
			return 0;
		}
		if (credit->reader == GONE && credit->receipts == NULL) {
			return 0;
		}
		/* The reader's last receipt may arrive after its disconnection. */
		if (credit->reader == GONE && give_up == INT64_MAX) {
			give_up = zclock_mono() + LAST_MS;
		}
		if (credit->reader == SILENT && zclock_mono() > remind) {
			zsys_warning("waiting for the stage that reads %s to close its connection, "
				     "which confirms that it has read the end message",
				credit->endpoint);
			remind = zclock_mono() + REMIND_MS;
		}
		follow(credit, WAIT_MS);
	}
	return zsys_interrupted ? -1 : report_gone(credit);
}
