/* One owner for each UNIX socket: the process that binds PATH holds a lock on PATH.lock.
 *
 * The kernel releases the lock whenever its holder exits, even after SIGKILL. The file contains one
 * line, "PID NAME", which another process that finds it locked can report. */
#ifndef EF_LOCK_H
#define EF_LOCK_H

typedef struct ef_lock ef_lock_t;

/* Locks path under the name of ef_log_init. Never waits. Returns NULL after logging which process
 * holds the lock, or why it cannot be locked. */
ef_lock_t *ef_lock_new(const char *path);

/* Removes the lock file and releases the lock. */
void ef_lock_destroy(ef_lock_t **lock);

#endif
