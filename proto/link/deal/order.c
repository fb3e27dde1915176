#include "proto/link/deal/order.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"
#include "proto/link/deal/deal.h"

typedef struct {
	uint64_t seq;
	zmq_msg_t bytes;
} held_t;

struct ef_order {
	uint64_t next; /* seq to take next */
	int room; /* messages held at most before one is missing for good */
	int ended;
	held_t *held; /* sorted by seq */
	int count;
};

ef_order_t *ef_order_new(int workers)
{
	ef_order_t *order = ef_memory_new(sizeof(*order));

	order->room = ef_deal_ahead(workers);
	order->held = ef_memory_new((size_t)(order->room + 2) * sizeof(*order->held));
	return order;
}

void ef_order_destroy(ef_order_t **order_p)
{
	ef_order_t *order = *order_p;

	if (order != NULL) {
		for (int i = 0; i < order->count; i++) {
			zmq_msg_close(&order->held[i].bytes);
		}
		free(order->held);
		free(order);
		*order_p = NULL;
	}
}

static void insert(ef_order_t *order, int at, zmq_msg_t *message, uint64_t seq)
{
	memmove(&order->held[at + 1], &order->held[at],
		(size_t)(order->count - at) * sizeof(order->held[0]));
	order->count++;
	order->held[at].seq = seq;
	zmq_msg_init(&order->held[at].bytes);
	zmq_msg_move(&order->held[at].bytes, message);
}

int ef_order_put(ef_order_t *order, zmq_msg_t *message, uint64_t seq)
{
	int at = order->count;

	while (at > 0 && order->held[at - 1].seq >= seq) {
		at--;
	}
	if (order->ended || seq < order->next ||
		(at < order->count && order->held[at].seq == seq)) {
		return 0;
	}
	insert(order, at, message, seq);
	return 1;
}

void ef_order_end(ef_order_t *order, zmq_msg_t *end)
{
	if (!order->ended) {
		insert(order, order->count, end, UINT64_MAX);
		order->ended = 1;
	}
}

int ef_order_take(ef_order_t *order, zmq_msg_t *message)
{
	held_t *first = &order->held[0];

	if (order->count == 0 ||
		(first->seq != order->next && order->count < order->room && !order->ended)) {
		return 0;
	}
	order->next = first->seq + 1;
	zmq_msg_move(message, &first->bytes);
	zmq_msg_close(&first->bytes);
	order->count--;
	memmove(&order->held[0], &order->held[1], (size_t)order->count * sizeof(order->held[0]));
	return 1;
}
