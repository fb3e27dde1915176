/* What Blender takes of the machine, and may take. */
#ifndef EF_NODE_USAGE_H
#define EF_NODE_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/* Bytes that one Blender may take: half of this machine's memory, but no more than 4 GiB, which
 * holds a hundred pictures of 4096 x 2048. */
uint64_t ef_usage_memory_max(void);

/* Bytes that a process has in memory; 0 when it is gone. */
uint64_t ef_usage_memory(pid_t pid);

/* How long a process has computed, in ticks that only serve to be compared; 0 when it is gone. */
uint64_t ef_usage_work(pid_t pid);

/* In a child: the bound that the kernel itself keeps, in case that nobody looks in time; and when
 * memory runs out, this process is ended rather than another. */
void ef_usage_limit_self(void);

#endif
