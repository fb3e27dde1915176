/* Whether a stage works, by the statistics that it writes (proto/stage/stats.h): for the health checks of
 * containers. */
#ifndef EF_HEALTH_H
#define EF_HEALTH_H

#include <stddef.h>

/* How old the statistics of a stage that works are at most, in seconds. Longer while it says that it
 * loads something, when it may be busy without a tick. */
#define EF_HEALTH_FRESH_S 4
#define EF_HEALTH_LOADING_S 60

/* Reads the statistics of a stage from the file at path. Their age is that of the newer of the time
 * written in them and of the file's: a stage that cannot write, on a full disk, touches the file. Returns 0
 * when the stage works, else -1 with the reason in why. */
int ef_health_check(const char *path, char *why, size_t size);

#endif
