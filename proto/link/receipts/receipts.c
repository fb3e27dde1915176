#include "proto/link/receipts/receipts.h"

#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/link/endpoint.h"
#include "proto/link/tap.h"

#define QUEUE 1000 /* receipts queued for a sender that does not read them; the newest suffices */
#define LAST_MS 1000 /* timeout for sending, or receiving, the last receipt */

void ef_receipts_endpoint(const char *endpoint, char *text, size_t size)
{
	const char *colon = strrchr(endpoint, ':');
	const char *bare = ef_endpoint_bare(endpoint);
	int port = colon != NULL ? atoi(colon + 1) : 0;

	text[0] = '\0';
	if (strncmp(bare, "ipc://", strlen("ipc://")) == 0) {
		snprintf(text, size, "%s.receipts", endpoint);
	} else if (strncmp(bare, "tcp://", strlen("tcp://")) == 0 && port > 0 && port < 65535) {
		snprintf(text, size, "%.*s:%d", (int)(colon - endpoint), endpoint, port + 1);
	}
}

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

		ef_receipts_endpoint(one, place, sizeof(place));
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
	return receipts;
}

void ef_receipts_begin(ef_receipts_t *receipts)
{
	publish(receipts, 0);
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

void ef_receipts_give(ef_receipts_t *receipts, uint64_t seq, int ended)
{
	receipts->so_far.taken++;
	receipts->so_far.ended = ended;
	publish(receipts, seq);
}
