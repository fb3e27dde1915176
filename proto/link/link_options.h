/* The options of a link between two stages, or of a listener to a tap. */
#ifndef EF_LINK_OPTIONS_H
#define EF_LINK_OPTIONS_H

#include "proto/wire/message.h"

typedef enum {
	EF_LATEST, /* live: the newest message wins; sending never blocks */
	EF_ALL, /* for files: every message, in order, with back-pressure; taps included */
} ef_policy_t;

#define EF_ANY_KIND ((ef_kind_t)EF_KINDS) /* of a listener */

/* The texts are borrowed during the call. */
typedef struct {
	const char *endpoint; /* a list; NULL: an output that has only a tap */
	const char *tap; /* of an output: the endpoint to bind a tap at, or NULL */
	ef_policy_t policy;
	ef_kind_t kind; /* of an input or listener: the kind it accepts, besides EF_END */
	int queue; /* of a listener: messages queued */
} ef_link_options_t;

#endif
