/* Credit: which messages a reader has not read yet, by its receipts (receipts.h), and so whether it
 * may be sent another one. See "Receipts" in SPEC.md. */
#ifndef EF_CREDIT_H
#define EF_CREDIT_H

#include <czmq.h>

#include "proto/link/link_options.h"

#define EF_CREDIT_ITEMS 3 /* sockets to poll */
#define EF_CREDIT_WINDOW 8 /* unread messages: enough that no stage has to wait for a receipt */

typedef struct ef_credit ef_credit_t;

typedef enum {
	EF_READER_ABSENT, /* no reader is connected yet */
	EF_READER_ASKED, /* a reader is connected; not known yet whether it gives receipts */
	EF_READER_SILENT, /* a reader without receipts: it disconnects at the end (SPEC.md) */
	EF_READER_KNOWN, /* a reader that gives receipts */
	EF_READER_GONE, /* disconnected after messages were sent to it; under EF_ALL only */
} ef_reader_t;

/* Follows the receipts of the reader at endpoint. Call it before link is connected to endpoint;
 * link must outlive the credit. Never NULL. */
ef_credit_t *ef_credit_new(zsock_t *link, const char *endpoint, ef_policy_t policy);
void ef_credit_destroy(ef_credit_t **credit);

/* Handles what has happened; never waits. */
void ef_credit_tend(ef_credit_t *credit);

/* Fills items for zmq_poll(): one is readable when ef_credit_tend is to be called. Returns their
 * number. */
int ef_credit_items(const ef_credit_t *credit, zmq_pollitem_t items[EF_CREDIT_ITEMS]);

/* As of the last ef_credit_tend. */
ef_reader_t ef_credit_reader(const ef_credit_t *credit);

/* The number of messages sent and not read; whether that one is one of them; and how long, in ms, a
 * reader that has any has not read one: 0 when it has none. */
int ef_credit_unread(const ef_credit_t *credit);
int ef_credit_owes(const ef_credit_t *credit, uint64_t seq);
int64_t ef_credit_silent_ms(const ef_credit_t *credit);

/* True when the reader has read an EF_END, from this sender or from another one. */
int ef_credit_ended(const ef_credit_t *credit);

/* After ef_credit_ended: whether that end was the right one. Messages before it have been read, maybe from other
 * workers: seq is that of one of them or, with is_end, of the end itself. Returns 0, or -1 after logging that
 * something else has ended the stream. */
int ef_credit_check_end(const ef_credit_t *credit, uint64_t seq, int is_end);

/* Waits until one more message may be sent. Returns 0; -1 after a signal, or after logging that the
 * reader disconnected. */
int ef_credit_wait(ef_credit_t *credit);

/* Counts a message, or an EF_END, as sent. */
void ef_credit_spend(ef_credit_t *credit, uint64_t seq, int is_end);

/* From now on a reader that disconnects is gone, also before the first message. */
void ef_credit_begin(ef_credit_t *credit);

/* Forgets a reader that is gone, and all that it was sent: another one may come in its place. */
void ef_credit_again(ef_credit_t *credit);

/* After an EF_END was sent: waits until it was read. A reader without receipts has read it when it
 * disconnects. Returns 0; -1 after a signal, or after logging how many messages were not read. */
int ef_credit_finish(ef_credit_t *credit);

#endif
