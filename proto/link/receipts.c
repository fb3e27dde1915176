#include "proto/link/receipts.h"

#include "proto/base/memory.h"
#include "proto/base/clock.h"
#include "proto/link/endpoint.h"
#include "proto/link/socket_events.h"
#include "proto/link/tap.h"

#define WAIT_MS 100 /* how often a blocked call checks for a signal */
#define WINDOW 8 /* unread messages: enough that no stage has to wait for a receipt */
#define QUEUE 1000 /* receipts queued for a sender that does not read them; the newest suffices */
#define LAST_MS 1000 /* timeout for sending, or receiving, the last receipt */
#define REMIND_MS 10000

/* Writes the endpoint of the receipts of one endpoint to text; empty when there is none. */
static void receipts_of(const char *endpoint, char *text, size_t size)
{
	const char *colon = strrchr(endpoint, ':');
	const char *bare = endpoint + (*endpoint == '@' || *endpoint == '>');
	int port = colon != NULL ? atoi(colon + 1) : 0;

	text[0] = '\0';
	if (strncmp(bare, "ipc://", strlen("ipc://")) == 0) {
		snprintf(text, size, "%s.receipts", endpoint);
	} else if (strncmp(bare, "tcp://", strlen("tcp://")) == 0 && port > 0 && port < 65535) {
		snprintf(text, size, "%.*s:%d", (int)(colon - endpoint), endpoint, port + 1);
	}
}

/* The reader's side. */

struct ef_receipts {
	ef_tap_t *tap;
	ef_receipt_t so_far;
};

static int pack(zmq_msg_t *packed, uint64_t seq, const ef_receipt_t *receipt)
{
	ef_message_t message = {
		.head = {.kind = EF_RECEIPT, .seq = seq, .t = ef_now_ns()}, .receipt = *receipt};
	size_t size;
	uint8_t *data;

	snprintf(message.head.src, sizeof(message.head.src), "%s", ef_host_id());
	data = ef_message_encode(&message, &size);
	if (data == NULL || zmq_msg_init_size(packed, size) == -1) {
		free(data);
		return -1;
	}
	memcpy(zmq_msg_data(packed), data, size);
	free(data);
	return 0;
}

static void publish(ef_receipts_t *receipts, uint64_t seq)
{
	zmq_msg_t packed;

	if (pack(&packed, seq, &receipts->so_far) == -1) {
		return; /* the next receipt contains this count, too */
	}
	ef_tap_welcome(receipts->tap, &packed);
	ef_tap_send(receipts->tap, &packed);
	zmq_msg_close(&packed);
}

/* The endpoints of the receipts of a list of endpoints, as a list; the caller frees it. */
static char *receipts_of_list(const char *endpoints)
{
	char *copy = ef_memory_copy(endpoints), *rest = NULL;
	char *list = ef_memory_new(2 * strlen(endpoints) + 256);

	for (char *one = strtok_r(copy, ",", &rest); one; one = strtok_r(NULL, ",", &rest)) {
		char place[512];

		receipts_of(one, place, sizeof(place));
		if (*one != '>' && *place != '\0') {
			strcat(list, *list != '\0' ? "," : "");
			strcat(list, place);
		}
	}
	free(copy);
	return list;
}

ef_receipts_t *ef_receipts_new(const char *endpoints)
{
	ef_receipts_t *receipts = ef_memory_new(sizeof(*receipts));
	char *list = receipts_of_list(endpoints);

	receipts->tap = ef_tap_new(list, QUEUE, 0);
	free(list);
	if (receipts->tap == NULL) {
		freen(receipts);
		return NULL;
	}
	ef_tap_linger(receipts->tap, LAST_MS);
	publish(receipts, 0);
	return receipts;
}

void ef_receipts_destroy(ef_receipts_t **receipts_p)
{
	ef_receipts_t *receipts = *receipts_p;

	if (receipts != NULL) {
		ef_tap_destroy(&receipts->tap);
		free(receipts);
		*receipts_p = NULL;
	}
}

void *ef_receipts_socket(const ef_receipts_t *receipts)
{
	return ef_tap_socket(receipts->tap);
}

void ef_receipts_tend(ef_receipts_t *receipts)
{
	ef_tap_listened(receipts->tap);
}

void ef_receipts_give(ef_receipts_t *receipts, const ef_head_t *head)
{
	receipts->so_far.taken++;
	receipts->so_far.ended = head->kind == EF_END;
	publish(receipts, head->seq);
}

/* The sender's side. */

typedef enum {
	NOBODY, /* no reader is connected yet */
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

	receipts_of(credit->endpoint, place, sizeof(place));
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
	if (zsock_attach(credit->receipts, place, false) != 0) {
		stop_asking(credit);
		credit->reader = SILENT;
	}
}

static void follow_link(ef_credit_t *credit)
{
	int event, ignored;

	while ((event = ef_monitor_next(credit->link, &ignored)) != 0) {
		if (event == ZMQ_EVENT_DISCONNECTED) {
			credit->reader = credit->sent > 0 ? GONE : NOBODY;
		} else if (credit->reader == NOBODY) {
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
