/* Restarts a stage of this machine: runs "effigy restart STAGE" and waits for its end without
 * blocking. */
#ifndef EF_RESTART_H
#define EF_RESTART_H

#include <stddef.h>

typedef struct ef_restart ef_restart_t;

/* command: the path of the script effigy, or its name; borrowed. */
ef_restart_t *ef_restart_new(const char *command);

/* Kills a restart that still runs. */
void ef_restart_destroy(ef_restart_t **restart);

/* Begins a restart. Returns 0, or -1 with the reason in why: another one runs, or the command
 * cannot be started. */
int ef_restart_begin(ef_restart_t *restart, const char *stage, char *why, size_t size);

/* True from its begin until ef_restart_done has told its result. */
int ef_restart_runs(const ef_restart_t *restart);

/* Never waits. Returns 0 while it runs, 1 when the stage was restarted, -1 when not, with the reason
 * in why. A command that takes longer than 15 s is killed. */
int ef_restart_done(ef_restart_t *restart, char *why, size_t size);

#endif
