#include "proto/link/receipts/credit.h"

#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/attach.h"
#include "proto/link/receipts/receipts.h"
#include "proto/link/peers/socket_events.h"
#include "proto/link/tcp/tcp.h"
#include "proto/wire/message.h"

#define WAIT_MS 100 /* how often a blocked call checks for a signal */
#define UNREAD_MAX (EF_CREDIT_WINDOW + 1) /* with an EF_END */
#define LAST_MS 1000 /* timeout for the last receipt */
#define REMIND_MS 10000

struct ef_credit {
	char *endpoint;
	ef_policy_t policy;
	int connected;
	int begun; /* a reader that disconnects is GONE */
	ef_reader_t reader;
	ef_monitor_t *link; /* connections of the link's reader */
	/* Set when the reader is ASKED or KNOWN, and kept when GONE, for the last receipts. */
	zsock_t *receipts;
	ef_attached_t *attached; /* of receipts */
	ef_monitor_t *asking; /* connection events of receipts */
	uint64_t sent;
	uint64_t unread[UNREAD_MAX]; /* seq of each message, in the order of sending */
	int unreads;
	int64_t heard_ms; /* when the reader read one, or got one and had none */
	uint64_t taken; /* by the newest receipt */
	int ended;
	uint64_t end_seq; /* of the end that the reader has read, by its receipt */
	int end_sent;
	uint64_t own_end_seq; /* of the end that was sent */
};

ef_credit_t *ef_credit_new(zsock_t *link, const char *endpoint, ef_policy_t policy)
{
	ef_credit_t *credit = ef_memory_new(sizeof(*credit));

	credit->endpoint = ef_memory_copy(endpoint);
	credit->policy = policy;
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
		credit->reader = EF_READER_SILENT;
		return;
	}
	stop_asking(credit);
	credit->reader = EF_READER_ASKED;
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
		credit->reader = EF_READER_SILENT;
	}
}

static void follow_link(ef_credit_t *credit)
{
	int event, fd;

	while ((event = ef_monitor_next(credit->link, &fd)) != 0) {
		credit->connected = event == ZMQ_EVENT_CONNECTED;
		if (credit->connected && credit->policy == EF_LATEST &&
			ef_endpoint_is_tcp(credit->endpoint)) {
			ef_tcp_limit_unsent(fd);
		}
		if (!credit->connected && credit->policy == EF_ALL && credit->begun) {
			credit->reader = EF_READER_GONE;
		} else if (!credit->connected) {
			credit->reader = EF_READER_ABSENT;
			credit->unreads = 0;
			stop_asking(credit);
		} else if (credit->reader == EF_READER_ABSENT) {
			ask(credit);
		}
	}
}

static void forget(ef_credit_t *credit, int from, int count)
{
	credit->unreads -= count;
	memmove(&credit->unread[from], &credit->unread[from + count],
		(size_t)(credit->unreads - from) * sizeof(credit->unread[0]));
}

/* Under EF_ALL there is a receipt for each message. Live, one that was read replaced those before
 * it. */
static void was_read(ef_credit_t *credit, uint64_t seq)
{
	for (int i = 0; i < credit->unreads; i++) {
		if (credit->unread[i] == seq) {
			int first = credit->policy == EF_ALL ? i : 0;

			forget(credit, first, i + 1 - first);
			credit->heard_ms = zclock_mono();
			return;
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
		/* The first receipt is about what others have sent; it may come twice. */
		if (credit->reader == EF_READER_ASKED) {
			credit->reader = EF_READER_KNOWN;
			/* Its events are not read from now on: once they filled its queue, ZeroMQ's
			 * thread would wait for ever. */
			ef_monitor_destroy(&credit->asking);
		} else if (message.receipt.taken != credit->taken) {
			credit->ended = message.receipt.ended;
			credit->end_seq = message.head.seq;
			was_read(credit, message.head.seq);
		}
		credit->taken = message.receipt.taken;
	}
	zmq_msg_close(&raw);
}

static void follow_receipts(ef_credit_t *credit)
{
	int ignored;

	if (credit->receipts == NULL) {
		return;
	}
	ef_attached_tend(credit->attached);
	read_receipts(credit);
	if (credit->reader == EF_READER_ASKED && ef_monitor_next(credit->asking, &ignored) != 0) {
		stop_asking(credit);
		credit->reader = EF_READER_SILENT;
	}
}

void ef_credit_tend(ef_credit_t *credit)
{
	follow_link(credit);
	follow_receipts(credit);
}

int ef_credit_items(const ef_credit_t *credit, zmq_pollitem_t items[EF_CREDIT_ITEMS])
{
	int count = 1;

	items[0] = (zmq_pollitem_t){ef_monitor_socket(credit->link), 0, ZMQ_POLLIN, 0};
	if (credit->receipts != NULL) {
		items[count++] =
			(zmq_pollitem_t){zsock_resolve(credit->receipts), 0, ZMQ_POLLIN, 0};
	}
	if (credit->reader == EF_READER_ASKED) {
		items[count++] =
			(zmq_pollitem_t){ef_monitor_socket(credit->asking), 0, ZMQ_POLLIN, 0};
	}
	return count;
}

static void follow(ef_credit_t *credit)
{
	zmq_pollitem_t items[EF_CREDIT_ITEMS];

	zmq_poll(items, ef_credit_items(credit, items), WAIT_MS);
	ef_credit_tend(credit);
}

ef_reader_t ef_credit_reader(const ef_credit_t *credit)
{
	return credit->reader;
}

int ef_credit_unread(const ef_credit_t *credit)
{
	return credit->unreads;
}

int ef_credit_owes(const ef_credit_t *credit, uint64_t seq)
{
	for (int i = 0; i < credit->unreads; i++) {
		/* A reader without receipts will never tell. */
		if (credit->unread[i] == seq && credit->reader != EF_READER_SILENT) {
			return 1;
		}
	}
	return 0;
}

int64_t ef_credit_silent_ms(const ef_credit_t *credit)
{
	return credit->unreads > 0 ? zclock_mono() - credit->heard_ms : 0;
}

int ef_credit_ended(const ef_credit_t *credit)
{
	return credit->ended;
}

int ef_credit_check_end(const ef_credit_t *credit, uint64_t seq, int is_end)
{
	if (is_end ? seq == credit->end_seq : seq < credit->end_seq) {
		return 0;
	}
	zsys_error("something else has ended the stream at %s before message %" PRIu64
		   ", so that what follows is lost",
		credit->endpoint, seq);
	return -1;
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
	zsys_error("the stage that reads %s exited too early: %d of %" PRIu64
		   " messages were not read; see its log",
		credit->endpoint, credit->unreads, credit->sent);
	return -1;
}

int ef_credit_wait(ef_credit_t *credit)
{
	ef_credit_tend(credit);
	while (!zsys_interrupted) {
		if (credit->ended) {
			return 0;
		}
		if (credit->reader == EF_READER_GONE) {
			return report_gone(credit);
		}
		if (credit->reader == EF_READER_SILENT ||
			(credit->reader == EF_READER_KNOWN && credit->unreads < EF_CREDIT_WINDOW)) {
			return 0;
		}
		follow(credit);
	}
	return -1;
}

void ef_credit_spend(ef_credit_t *credit, uint64_t seq, int is_end)
{
	if (credit->unreads == 0) {
		credit->heard_ms = zclock_mono();
	}
	/* Of a reader without receipts, or a live one that does not read, the newest ones. */
	if (credit->unreads == UNREAD_MAX) {
		forget(credit, 0, 1);
	}
	credit->unread[credit->unreads++] = seq;
	if (is_end) {
		credit->end_sent = 1;
		credit->own_end_seq = seq;
	}
	credit->sent++;
	credit->begun = 1;
}

void ef_credit_begin(ef_credit_t *credit)
{
	credit->begun = 1;
}

void ef_credit_again(ef_credit_t *credit)
{
	stop_asking(credit);
	credit->sent = 0;
	credit->unreads = 0;
	credit->begun = 0;
	credit->ended = 0;
	credit->end_sent = 0;
	credit->reader = EF_READER_ABSENT;
	if (credit->connected) {
		ask(credit);
	}
}

int ef_credit_finish(ef_credit_t *credit)
{
	int64_t remind = zclock_mono() + REMIND_MS;
	int64_t give_up = INT64_MAX;

	ef_credit_tend(credit);
	while (!zsys_interrupted && zclock_mono() < give_up) {
		/* A reader without receipts has read everything when it leaves. */
		if (credit->reader == EF_READER_GONE && credit->receipts == NULL) {
			credit->ended = 1;
			return 0;
		}
		if (credit->ended) {
			return credit->end_sent
				       ? ef_credit_check_end(credit, credit->own_end_seq, 1)
				       : 0;
		}
		/* The reader's last receipt may arrive after its disconnection. */
		if (credit->reader == EF_READER_GONE && give_up == INT64_MAX) {
			give_up = zclock_mono() + LAST_MS;
		}
		if (credit->reader == EF_READER_SILENT && zclock_mono() > remind) {
			zsys_warning("waiting for the stage that reads %s to close its connection, "
				     "which confirms that it has read the end message",
				credit->endpoint);
			remind = zclock_mono() + REMIND_MS;
		}
		follow(credit);
	}
	return zsys_interrupted ? -1 : report_gone(credit);
}
