/* The options of a link between two stages, or of a listener to a tap. */
#ifndef EF_LINK_OPTIONS_H
#define EF_LINK_OPTIONS_H

#include "proto/link/tcp/congestion.h"
#include "proto/wire/message.h"

typedef enum {
	EF_LATEST, /* live: the newest message wins; sending never blocks */
	EF_ALL, /* for files: every message, in order, with back-pressure; taps included */
} ef_policy_t;

#define EF_ANY_KIND ((ef_kind_t)EF_KINDS) /* of a listener */

/* Makes of a message what a live link to another machine takes. Returns it, valid until the next call;
 * NULL: the message is left out. */
typedef const ef_message_t *ef_fit_fn(
	void *self, const ef_message_t *message, const ef_congestion_t *congestion);

/* The texts are borrowed during the call. */
typedef struct {
	const char *endpoint; /* a list; NULL: an output that has only a tap */
	const char *tap; /* of an output: the endpoint to bind a tap at, or NULL */
	ef_policy_t policy;
	ef_kind_t kind; /* of an input or listener: the kind it accepts, besides EF_END */
	int confirms; /* of an input: gives receipts also under EF_LATEST */
	int workers; /* of an input: how many send to it, whose messages are put in order; 0: one sends */
	int queue; /* of a listener: messages queued */
	ef_fit_fn *fit; /* of an output; NULL: the link gets each message as it is */
	void *fit_self;
} ef_link_options_t;

#endif
