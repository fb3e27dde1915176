/* A child process that cannot outlive this one. */
#ifndef EF_NODE_CHILD_H
#define EF_NODE_CHILD_H

#include <limits.h>
#include <sys/types.h>

#include "blender-node/launcher/confine.h"

typedef struct {
	const char *name; /* in messages: "Blender" */
	char *const *argv; /* argv[0] is looked for on PATH; ends with NULL */
	const char *path; /* its PATH, or NULL: this process's */
	int death_signal; /* sent to it by the kernel when this process dies, however it dies */
	int keep_fd; /* stays open in the child, or -1 */
	int quiet_errors; /* discard its stderr; its stdout is always discarded */
	const ef_confine_t *confine; /* what it may open, or NULL: everything */
	int bounded; /* ef_usage_limit_self */
} ef_child_spec_t;

/* Starts it with no signal blocked, in a process group of its own: Ctrl-C in a terminal reaches
 * only this process, which then stops the child. Returns its id, or -1 after logging why. */
pid_t ef_child_start(const ef_child_spec_t *spec);

/* Sends the signal, waits up to wait_ms for the exit, then sends SIGKILL. *pid becomes -1; accepts
 * -1. */
void ef_child_stop(pid_t *pid, int signal, int wait_ms);

/* Fills the path of a program, given as a path or as a name on PATH. Returns 0, or -1 when there is no
 * such executable file. */
int ef_program_find(const char *program, char path[PATH_MAX]);

#endif
