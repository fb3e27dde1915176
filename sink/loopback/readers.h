/* Who reads a v4l2loopback device: how many programs, without asking any of them.
 *
 * The module tells since version 0.13, by an event whenever a reader starts or stops to stream. An
 * older one does not; then inotify tells that somebody opened or closed the device, and /proc who
 * still has it open. */
#ifndef EF_SINK_READERS_H
#define EF_SINK_READERS_H

#include <stdint.h>

typedef struct ef_readers ef_readers_t;

/* fd: the writer's own descriptor, not blocking; path: the device's. Both are borrowed until the
 * end. Says in one line by which way it knows. */
ef_readers_t *ef_readers_new(int fd, const char *path);
void ef_readers_destroy(ef_readers_t **readers);

/* Programs that read it now. Seldom does more than ask for news: call it ten times a second. */
int ef_readers_count(ef_readers_t *readers, int64_t now_ns);

#endif
