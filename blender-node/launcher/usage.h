/* Memory and CPU time of a Blender process, and its limits. */
#ifndef EF_NODE_USAGE_H
#define EF_NODE_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/* Bytes of memory that one Blender may use: half of this machine's, at most 4 GiB, which holds a
 * hundred images of 4096 x 2048. */
uint64_t ef_usage_memory_max(void);

/* Resident memory of a process in bytes; 0 when it does not exist. */
uint64_t ef_usage_memory(pid_t pid);

/* CPU time of a process in clock ticks, to be compared only; 0 when it does not exist. */
uint64_t ef_usage_work(pid_t pid);

/* Call it in a child process: sets a memory limit that the kernel enforces, in case ef_usage_memory is
 * read too late, and makes the out-of-memory killer prefer this process. */
void ef_usage_limit_self(void);

#endif
