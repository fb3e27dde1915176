/* One Blender with one character in it. It loads and draws the character before it opens the
 * stage's links: until then it takes nothing away from the one that is shown, and whatever becomes
 * of it, that one goes on. */
#ifndef EF_NODE_BLENDER_H
#define EF_NODE_BLENDER_H

#include <stdint.h>
#include <sys/types.h>

#include "blender-node/node_options.h"

/* node.py ends with this status after it has logged why. */
#define EF_BLENDER_LOGGED 3

#define EF_BLENDER_LOAD_MS 90000 /* the longest a character may take to load and draw */
#define EF_BLENDER_STUCK_MS 10000 /* and to wait in it for a file, without computing at all */
#define EF_BLENDER_SILENT_MS 4000 /* live, one that draws nothing for so long is hung */

typedef struct {
	const ef_node_options_t *options;
	const char *node; /* the folder of the Python scripts */
	const char *script, *library, *scratch, *xauthority; /* the latter NULL: the user's own */
	int argc;
	char **argv; /* the stage's command line */
} ef_blender_spec_t;

typedef struct {
	pid_t pid; /* -1: none */
	int control; /* to it, -1: none */
	char *path; /* the character's, as it was asked for */
	int64_t started_ms; /* then it began to load, or once it is live, to be shown */
	int64_t heard_ms; /* and it last gave a sign of life */
	int64_t worked_ms; /* and it was last seen to have computed */
	uint64_t work; /* what it had computed then */
} ef_blender_t;

typedef enum {
	EF_BLENDER_NOTHING,
	EF_BLENDER_READY, /* the character is loaded and drawn */
	EF_BLENDER_TROUBLE, /* it cannot be shown: why is filled */
} ef_blender_news_t;

/* Starts one for the character of that path, confined to its folder. Returns 0, or -1 after logging
 * why. */
int ef_blender_start(ef_blender_t *blender, const ef_blender_spec_t *spec, const char *path);

/* Ends it: by SIGTERM, and after 0.8 s by SIGKILL. Accepts one that is not there. */
void ef_blender_stop(ef_blender_t *blender);

/* Reads what it has said since; never waits. */
ef_blender_news_t ef_blender_hear(ef_blender_t *blender, char *why, size_t size);

/* Lets one that is ready open the links. */
void ef_blender_go(ef_blender_t *blender);

/* True, with why, when one that loads must be ended: it takes too much memory, or too long. */
int ef_blender_fails_to_load(ef_blender_t *blender, char *why, size_t size);

/* Likewise one that is live; hurry: it is to draw all the time. */
int ef_blender_fails_to_draw(const ef_blender_t *blender, int hurry, char *why, size_t size);

#endif
