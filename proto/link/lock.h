/* One owner for each UNIX socket: whoever binds PATH holds a lock on PATH.lock.
 *
 * The kernel releases the lock when its holder dies, however it dies. The file holds one line,
 * "PID NAME", for those who find it locked. */
#ifndef EF_LOCK_H
#define EF_LOCK_H

typedef struct ef_lock ef_lock_t;

/* Locks path, for the program named in the log. Never waits. NULL after logging who has it. */
ef_lock_t *ef_lock_new(const char *path);

/* Removes the lock's file and lets go. */
void ef_lock_destroy(ef_lock_t **lock);

#endif
