/* One Blender process with one character. It loads and draws the character before it opens the
 * stage's links: until then the Blender that is shown runs on undisturbed, even if this one fails. */
#ifndef EF_NODE_BLENDER_H
#define EF_NODE_BLENDER_H

#include <stdint.h>
#include <sys/types.h>

#include "blender-node/node_options.h"

/* The exit status of the script when it has logged the reason itself. */
#define EF_BLENDER_LOGGED 3

#define EF_BLENDER_PROGRAM "blender" /* on PATH */
#define EF_BLENDER_LOAD_MS 90000 /* the longest a character may take to load and draw */
#define EF_BLENDER_STUCK_MS 10000 /* the longest it may wait for a file, using no CPU time */
#define EF_BLENDER_SILENT_MS 4000 /* a live Blender that draws nothing for this long is hung */

typedef struct {
	const ef_node_options_t *options;
	const char *node; /* the folder of the Python scripts */
	const char *script, *library, *scratch, *xauthority; /* xauthority NULL: the user's own */
	int argc;
	char **argv; /* the stage's command line */
} ef_blender_spec_t;

typedef struct {
	pid_t pid; /* -1: none */
	int control; /* socket to it, or -1 */
	char *path; /* of the character, as given */
	int64_t started_ms; /* when it began to load or, once live, to be shown */
	int64_t heard_ms; /* when its last message arrived */
	int64_t worked_ms; /* when its CPU time was last seen to grow */
	uint64_t work; /* its CPU time then (ef_usage_work) */
} ef_blender_t;

typedef enum {
	EF_BLENDER_NOTHING,
	EF_BLENDER_READY, /* the character is loaded and drawn */
	EF_BLENDER_TROUBLE, /* it cannot be shown; `why` is filled */
} ef_blender_news_t;

/* Starts a Blender for the character at that path, confined to the character's folder. Returns 0, or
 * -1 after logging why. */
int ef_blender_start(ef_blender_t *blender, const ef_blender_spec_t *spec, const char *path);

/* Stops it with SIGTERM, and with SIGKILL after 0.8 s. Does nothing when none runs. */
void ef_blender_stop(ef_blender_t *blender);

/* Reads the messages that it has sent since the last call; never waits. */
ef_blender_news_t ef_blender_hear(ef_blender_t *blender, char *why, size_t size);

/* Tells a ready Blender to open the links. */
void ef_blender_go(ef_blender_t *blender);

/* Returns 1, with the reason in `why`, when a loading Blender must be stopped because it uses too much
 * memory or time; else 0. */
int ef_blender_fails_to_load(ef_blender_t *blender, char *why, size_t size);

/* The same for a live Blender. hurry: 1 when it has to draw all the time. */
int ef_blender_fails_to_draw(const ef_blender_t *blender, int hurry, char *why, size_t size);

#endif
