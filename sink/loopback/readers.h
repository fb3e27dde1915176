/* Counts the programs that read a v4l2loopback device.
 *
 * Since version 0.13 the module sends an event whenever a reader starts or stops streaming. With an
 * older one, inotify reports that the device was opened or closed, and /proc shows which processes
 * have it open. */
#ifndef EF_SINK_READERS_H
#define EF_SINK_READERS_H

#include <stdint.h>

typedef struct ef_readers ef_readers_t;

/* fd: the writer's own descriptor, non-blocking; path: of the device. Both are borrowed until
 * ef_readers_destroy (). Logs in one line which way is used. */
ef_readers_t *ef_readers_new(int fd, const char *path);
void ef_readers_destroy(ef_readers_t **readers);

/* Returns the number of programs that read it now. Cheap enough to be called ten times a second. */
int ef_readers_count(ef_readers_t *readers, int64_t now_ns);

#endif
